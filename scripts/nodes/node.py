"""What all servers of scripts/services share: a folder, ports, processes, and the commands of `hold`."""
import json
import os
import random
import re
import signal
import socket
import subprocess
import time

# Long enough for a small, busy machine; an earlier failure is noticed at once.
READY_SECONDS = 180
STOP_SECONDS = 60
HELD_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PORT_TAKEN = re.compile(r"eaddrinuse|address already in use", re.IGNORECASE)
SCRIPTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Failure(Exception):
    """A failure, described for the user."""


def free_ports(count):
    """Ports below the range that the system gives to outgoing connections, so that they stay free."""
    ports = []
    for _ in range(10_000):
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
        if len(ports) == count:
            return ports
    raise Failure("no free ports on 127.0.0.1")


def is_alive(pid, mark):
    """Whether process `pid` runs and is ours: `mark` stands in its command line or environment."""
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            if file.read().rpartition(")")[2].split()[0] == "Z":
                return False
        for name in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{name}", "rb") as file:
                if mark.encode() in file.read():
                    return True
        return False
    except OSError:
        # No /proc: ps shows the command line only, which names the folder too.
        found = subprocess.run(["ps", "-E", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return mark in found.stdout


def become_child():
    """In a child: stops ignoring the signals that `hold` ignores, and asks to be killed when the parent process ends in
    any way (Linux)."""
    for signal_number in HELD_SIGNALS:
        signal.signal(signal_number, signal.SIG_DFL)
    try:
        import ctypes
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (AttributeError, OSError, ImportError):
        pass  # Elsewhere the end of standard input has this effect, unless this process itself is killed.


def accepts(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


class Node:
    """One server with its ports, data and logs in FOLDER/NAME; `state.json` there says what runs."""

    name = ""
    title = ""

    def __init__(self, folder, tls=False, is_child=False):
        self.folder = os.path.join(os.path.abspath(folder), self.name)
        self.state_file = os.path.join(self.folder, "state.json")
        self.is_child = is_child
        self.state = {}
        if os.path.exists(self.state_file):
            with open(self.state_file, encoding="utf-8") as file:
                self.state = json.load(file)
        self.tls = tls or "tls" in self.state.get("ports", {})
        self.children = {}

    def port_names(self):
        """The ports that the server needs."""
        raise NotImplementedError

    def configure(self):
        """Writes the server's settings, for the ports in `state`."""
        raise NotImplementedError

    def command(self):
        """The words that run the server in the foreground."""
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def is_ready(self):
        """Whether every listener answers in its protocol: listening alone begins earlier."""
        raise NotImplementedError

    def urls(self):
        """The server's addresses by name."""
        raise NotImplementedError

    def log_files(self):
        return []

    # Files.

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)

    def save(self):
        self.write("state.json", json.dumps(self.state, indent=2) + "\n")

    def prepare(self):
        for name in ("data", "log"):
            os.makedirs(self.path(name), exist_ok=True)
        if "ports" not in self.state:
            names = self.port_names()
            self.state["ports"] = dict(zip(names, free_ports(len(names))))
        self.configure()

    def make_certificates(self):
        """A certificate authority, and the server's certificate for localhost and 127.0.0.1."""
        if os.path.exists(self.path("tls", "server.crt")):
            return
        os.makedirs(self.path("tls"), exist_ok=True)
        made = subprocess.run(
            ["bash", os.path.join(SCRIPTS, "certificates"), self.path("tls"), "ca",
             "server=ca=DNS:localhost,IP:127.0.0.1"], capture_output=True, text=True)
        if made.returncode != 0:
            raise Failure(f"no certificates: {made.stderr}")

    # Running.

    def is_running(self):
        return is_alive(self.state.get("pid"), self.folder)

    def spawn(self, role, arguments):
        with open(self.path("log", f"{role}.out"), "ab") as log:
            child = subprocess.Popen(
                arguments, env=self.environment(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=become_child if self.is_child else None)
        self.children[role] = child
        return child.pid

    def start(self):
        if self.is_running():
            return
        # Another program may take a free port before the server does. A server that has run before keeps its ports.
        tries = 1 if "ports" in self.state else 3
        while True:
            try:
                return self.start_once()
            except Failure as failure:
                tries -= 1
                if tries == 0 or not PORT_TAKEN.search(str(failure)):
                    raise
                del self.state["ports"]

    def start_once(self):
        self.prepare()
        self.before_start()
        self.state["pid"] = self.spawn("node", self.command())
        self.save()
        try:
            self.wait_until(self.is_ready, self.title, "node")
        except Failure:
            self.kill()
            raise

    def before_start(self):
        """Starts what the server needs beside it."""

    def after_end(self):
        """Ends what the server needed beside it."""

    def wait_until(self, is_ready, what, role):
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready():
            if self.children[role].poll() is not None:
                raise Failure(f"{what} ended at its start:\n{self.last_words(role)}")
            if time.monotonic() > deadline:
                raise Failure(f"{what} did not serve within {READY_SECONDS} s:\n{self.last_words(role)}")
            time.sleep(0.05)

    def last_words(self, role):
        texts = []
        for name in [f"{role}.out", *self.log_files()]:
            if os.path.exists(self.path("log", name)):
                with open(self.path("log", name), encoding="utf-8", errors="replace") as file:
                    texts += file.read().splitlines()[-15:]
        return "\n".join(texts)

    def wait_for_end(self, pid, seconds):
        deadline = time.monotonic() + seconds
        while True:
            for child in self.children.values():
                child.poll()  # Collects dead processes, which would count as alive.
            if not is_alive(pid, self.folder):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)

    def stop_node(self):
        pid = self.state.get("pid")
        if not self.is_running():
            return
        os.kill(pid, signal.SIGCONT)
        os.kill(pid, signal.SIGTERM)
        if not self.wait_for_end(pid, STOP_SECONDS):
            self.kill_node()

    def kill_node(self):
        if self.is_running():
            os.kill(self.state["pid"], signal.SIGKILL)
            self.wait_for_end(self.state["pid"], STOP_SECONDS)

    def stop(self):
        self.stop_node()
        self.after_end()

    def kill(self):
        self.kill_node()
        self.after_end()

    def control(self, arguments):
        raise Failure(f"{self.title} has no command-line tool here")

    def obey(self, words):
        """Carries out one command of `hold`."""
        verb, arguments = words[0], words[1:]
        if verb == "start":
            self.start()
            return {"urls": self.urls()}
        if verb == "ctl":
            return self.control(arguments)
        actions = {
            "stop": self.stop_node, "kill": self.kill_node,
            "pause": lambda: os.kill(self.state["pid"], signal.SIGSTOP),
            "resume": lambda: os.kill(self.state["pid"], signal.SIGCONT),
        }
        if verb not in actions:
            raise Failure(f"'{verb}' is not one of start, stop, kill, pause, resume, ctl")
        actions[verb]()
        return {}
