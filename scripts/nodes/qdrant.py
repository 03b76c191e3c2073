"""A server that speaks Qdrant's REST API: Qdrant's own engine, which PyPI has, behind a small server of this project."""
import fcntl
import os
import subprocess
import sys
import urllib.error
import urllib.request

from node import Failure, Node, SCRIPTS

PACKAGES = ("qdrant-edge-py==0.9.0", "orjson", "numpy")
API_KEY = "test-key"


class Qdrant(Node):
    """A single server of scripts/nodes/qdrant_server.py, over pip's qdrant-edge-py in .build/qdrant. It takes no notice of
    the environment's QDRANT_URL, by which tests find a real server instead."""

    name = "qdrant"
    title = "Qdrant's engine behind a test server"

    def port_names(self):
        return ["http"]

    def configure(self):
        if self.tls:
            raise Failure("the test server of Qdrant serves without TLS")
        install()

    def command(self):
        server = os.path.join(SCRIPTS, "nodes", "qdrant_server.py")
        return [python(), server, self.path("data"), str(self.state["ports"]["http"])]

    def environment(self):
        environment = dict(os.environ)
        environment["QDRANT_API_KEY"] = API_KEY
        environment.pop("QDRANT_READ_ONLY_API_KEY", None)
        return environment

    def before_start(self):
        # What was said before the last end does not count.
        self.write(os.path.join("log", "node.out"), "")

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.urls()["http"] + "/readyz", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def urls(self):
        return {"http": f"http://127.0.0.1:{self.state['ports']['http']}", "api_key": API_KEY}


def environment_folder():
    return os.path.join(os.path.dirname(SCRIPTS), ".build", "qdrant")


def python():
    return os.path.join(environment_folder(), "bin", "python3")


def install():
    """Makes the environment of Python that holds the engine, once for all nodes of this checkout."""
    folder = environment_folder()
    mark = os.path.join(folder, f"installed-{PACKAGES[0]}")
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(mark):
            return
        print(f"services: installing {', '.join(PACKAGES)} with pip", file=sys.stderr, flush=True)
        for words in (
                [sys.executable, "-m", "venv", "--clear", folder],
                [python(), "-m", "pip", "install", "--quiet", *PACKAGES]):
            made = subprocess.run(words, capture_output=True, text=True)
            if made.returncode != 0:
                raise Failure(f"Qdrant's engine cannot be installed: {made.stdout}{made.stderr}")
        with open(mark, "w", encoding="utf-8"):
            pass
