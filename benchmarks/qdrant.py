"""The part of benchmarks/run for Qdrant: our worker of vectors and profiles beside one in Python, benchmarks/peers/qdrant_worker.py.

Qdrant is its own engine behind the test server of scripts/services, one process of Python that answers one request after the
other: what a worker itself uses can be measured beside it, the rate of a real Qdrant cannot. How busy the server was is
therefore in the table. What is written in Python runs in an environment below .build, which is made with pip the first time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

import rabbitmq as broker
from draining import OURS, THEIRS, Watcher, builds, rounds
from rabbitmq import HERE, ROOT

sys.path.append(os.path.join(ROOT, "scripts", "nodes"))

from environment import install

PACKAGES = ["pika==1.3.2", "qdrant-client==1.18.0", "numpy"]
DIMENSIONS = [64, 512]


class Vectors:
    """A private Qdrant."""

    name = "Qdrant"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="debias-bench-")
        self.services("start")
        with open(os.path.join(self.folder, "qdrant", "state.json")) as file:
            state = json.load(file)
        self.pid = state["pid"]
        self.url = f"http://127.0.0.1:{state['ports']['http']}"
        self.environment = {**os.environ, "QDRANT_URL": self.url, "QDRANT_API_KEY": "test-key"}

    def services(self, verb):
        subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "services"), verb, "qdrant", self.folder], check=True,
                       stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.services("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def qdrant(options, ratio):
    """The worker of vectors and profiles, beside another."""
    python = install("qdrant-peer", *PACKAGES)
    peer = os.path.join(HERE, "peers", "qdrant_worker.py")
    with broker.Node(options.queue_mode) as node, Vectors() as vectors:
        environment = {**vectors.environment, "AMQP_URL": node.url + "/%2F"}
        with Watcher(python, "qdrant_drain.py", environment) as watcher:

            def check(name):
                """Every event is in the collection once, and every user has a profile."""
                watcher.expect(name, "interactions and profiles", watcher.ask("counts"), [options.events, watcher.ask("users", options.events)])

            for dimension in DIMENSIONS:
                print(f"\n## {options.events:,} events from RabbitMQ into Qdrant, {dimension} dimensions; queue mode {options.queue_mode}")
                commands = {name: [os.path.join(folder, "debias-events"), "worker", "--queue", "qdrant", "--vectors", vectors.url,
                                   "--vector-size", str(dimension), "--broker", node.url]
                            for name, folder in builds(options).items()}
                commands[THEIRS] = [python, peer, str(options.events), str(dimension)]
                rounds(options, ratio, commands, environment, watcher, vectors, node, check, warmups=1)
