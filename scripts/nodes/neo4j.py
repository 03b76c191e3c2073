"""A server that speaks Bolt: Neo4j where one is installed, else ArcadeDB, which PyPI has with its own Java."""
import os
import socket

from environment import install, python
from node import Failure, Node, SCRIPTS

ARCADEDB = "arcadedb-embedded==26.10.2.post1"
PASSWORD = "test-password"


class Neo4j(Node):
    """A single server of Neo4j, run by the program that the environment's NEO4J_SERVER names: it is given the folder of
    the data, the port of Bolt on 127.0.0.1 and the password of the user neo4j, takes further lines of neo4j.conf from
    NEO4J_EXTRA_CONF, and says "Started." when it serves for the first time. Without NEO4J_SERVER, one of ArcadeDB (pip's
    arcadedb-embedded, in .build/arcadedb): slower, and with one writer at a time."""

    name = "neo4j"

    @property
    def is_real(self):
        return bool(self.state.setdefault("program", os.environ.get("NEO4J_SERVER", "")))

    @property
    def title(self):
        return "Neo4j" if self.is_real else "ArcadeDB (in place of Neo4j: NEO4J_SERVER names no program)"

    def port_names(self):
        return ["bolt"] if self.is_real else ["bolt", "http"]

    def configure(self):
        if self.tls and not self.is_real:
            raise Failure("ArcadeDB serves Bolt without TLS; set NEO4J_SERVER to a program that runs Neo4j")
        if not self.is_real:
            install("arcadedb", ARCADEDB)  # 97 MB
        elif self.tls:
            self.make_certificates()

    def command(self):
        port = str(self.state["ports"]["bolt"])
        if self.is_real:
            return [os.path.abspath(self.state["program"]), self.path("data"), port, PASSWORD]
        return [
            python("arcadedb"), os.path.join(SCRIPTS, "nodes", "arcadedb_server.py"), self.path("data"), port,
            str(self.state["ports"]["http"]), PASSWORD]

    def environment(self):
        environment = dict(os.environ)
        environment.setdefault("NEO4J_HEAP", "768m")
        if self.tls and self.is_real:
            folder = self.path("tls")
            lines = [
                "server.bolt.tls_level=OPTIONAL", "dbms.ssl.policy.bolt.enabled=true",
                f"dbms.ssl.policy.bolt.base_directory={folder}", "dbms.ssl.policy.bolt.private_key=server.key",
                "dbms.ssl.policy.bolt.public_certificate=server.crt", "dbms.ssl.policy.bolt.client_auth=NONE",
            ]
            environment["NEO4J_EXTRA_CONF"] = "\n".join([environment.get("NEO4J_EXTRA_CONF", ""), *lines])
        return environment

    def before_start(self):
        # What was said before the last end does not count.
        self.write(os.path.join("log", "node.out"), "")

    def is_ready(self):
        with open(self.path("log", "node.out"), encoding="utf-8", errors="replace") as file:
            says_so = "Started." in file.read()
        # Neo4j refuses to set the password that it has, so that a program which sets one may not come to say so again.
        ready = says_so or self.state.get("has_served", False) and answers_bolt(self.state["ports"]["bolt"])
        if ready and self.is_real:
            self.state["has_served"] = True
            self.save()
        return ready

    def urls(self):
        port = self.state["ports"]["bolt"]
        user = "neo4j" if self.is_real else "root"
        urls = {
            "bolt": f"bolt://127.0.0.1:{port}", "user": user, "password": PASSWORD,
            "server": "Neo4j" if self.is_real else "ArcadeDB",
        }
        if self.tls:
            urls["bolt+s"] = f"bolt+s://localhost:{port}"
            urls["certificate_authority"] = self.path("tls", "ca.pem")
        return urls


def answers_bolt(port):
    """Whether a server at that port agrees on a version of Bolt."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(bytes.fromhex("6060b017" "00000405" + "00000000" * 3))
            return connection.recv(4) == bytes.fromhex("00000405")
    except OSError:
        return False
