"""A server that speaks Qdrant's REST API: Qdrant's own engine, which PyPI has, behind a small server of this project."""
import os
import urllib.error
import urllib.request

from environment import install, python
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
        install(self.name, *PACKAGES)

    def command(self):
        server = os.path.join(SCRIPTS, "nodes", "qdrant_server.py")
        return [python(self.name), server, self.path("data"), str(self.state["ports"]["http"])]

    def environment(self):
        environment = dict(os.environ)
        environment["QDRANT_API_KEY"] = API_KEY
        environment.pop("QDRANT_READ_ONLY_API_KEY", None)
        return environment

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.urls()["http"] + "/readyz", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def urls(self):
        return {"http": f"http://127.0.0.1:{self.state['ports']['http']}", "api_key": API_KEY}
