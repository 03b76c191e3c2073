"""The parts of benchmarks/run for Neo4j: our graph worker beside another, and the Bolt client beside Neo4j's own for Python.

Both need a real Neo4j: `--neo4j PROGRAM`, or the environment's NEO4J_SERVER, names the program that runs one (see
scripts/services). What is written in Python runs in an environment below .build, which is made with pip the first time.

`--peers FOLDER` names the folder with ref_worker_batch.py, a worker that takes batches of 500 and writes each with CREATE:
it is not idempotent, ours is. Each round, each of the two drains the same events into an empty graph and is counted.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import rabbitmq as broker
from draining import OURS, THEIRS, Watcher, builds, rounds
from rabbitmq import HERE, RELEASE, ROOT, median

sys.path.append(os.path.join(ROOT, "scripts", "nodes"))

from environment import install

# As many take a worker that writes them one by one some ten seconds.
ONE_BY_ONE = 2_000
PACKAGES = ["pika==1.3.2", "neo4j==6.4.1"]
# What recommendations look interactions up by.
INDEXES = [f"CREATE INDEX bench_{name} FOR ()-[r:INTERACTED]-() ON (r.{name})" for name in ("product_id", "event_at")]
CONSTRAINTS = [f"CREATE CONSTRAINT {label.lower()}_id_unique IF NOT EXISTS FOR (n:{label}) REQUIRE n.{label.lower()}_id IS UNIQUE"
               for label in ("User", "Product")]


def python():
    """The interpreter of the environment that holds the drivers."""
    return install("neo4j-peer", *PACKAGES)


class Graph:
    """A private Neo4j."""

    name = "Neo4j"

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="debias-bench-")
        self.program = program
        self.services("start")
        with open(os.path.join(self.folder, "neo4j", "state.json")) as file:
            state = json.load(file)
        self.pid, self.port = state["pid"], state["ports"]["bolt"]
        self.user, self.password = "neo4j", "test-password"
        self.url = f"bolt://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ, "BOLT_USER": self.user, "BOLT_PASSWORD": self.password, "NEO4J_USER": self.user,
            "NEO4J_PASSWORD": self.password, "BOLT_URL": self.url}

    def services(self, verb):
        subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "services"), verb, "neo4j", self.folder], check=True,
                       stdout=subprocess.DEVNULL, env={"NEO4J_HEAP": "2g", **os.environ, "NEO4J_SERVER": self.program})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.services("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def program(options):
    """The program that runs Neo4j; None without one."""
    found = options.neo4j or os.environ.get("NEO4J_SERVER")
    if not found:
        print("without Neo4j: neither --neo4j PROGRAM nor NEO4J_SERVER names the program that runs it")
    return found


# MARK: Workers

def neo4j(options, ratio):
    """The worker of the graph, beside another, with the graph as it is made and with further indexes."""
    server_program = program(options)
    if not server_program:
        return
    peer = os.path.join(options.peers or "", "ref_worker_batch.py")
    with broker.Node(options.queue_mode) as node, Graph(server_program) as graph:
        environment = {**graph.environment, "AMQP_URL": node.url + "/%2F"}
        commands = {name: [os.path.join(folder, "debias-events"), "worker", "--queue", "neo4j", "--graph", graph.url,
                           "--broker", node.url, *options.worker.split()] for name, folder in builds(options).items()}
        if options.peers and os.path.exists(peer):
            commands[THEIRS] = [python(), peer, str(options.events)]
        else:
            print("without ref_worker_batch.py: " + (f"not in {options.peers}" if options.peers else "no --peers FOLDER"))
        with Watcher(python(), "neo4j_drain.py", environment) as watcher:

            def check(name):
                """Every event is in the graph once."""
                found = watcher.ask("cypher", """
                    MATCH (:User)-[r:INTERACTED]->(:Product) RETURN count(r), count(r.event_id), count(DISTINCT r.event_id)""")
                watcher.expect(name, "interactions", found, [options.events] + [0 if name == THEIRS else options.events] * 2)

            for statement in CONSTRAINTS:
                watcher.ask("cypher", statement)
            for title, indexes in (("the graph's constraints", []), ("further indexes on product_id and event_at", INDEXES)):
                for statement in indexes:
                    watcher.ask("cypher", statement)
                print(f"\n## {options.events:,} events from RabbitMQ into Neo4j, with {title}; queue mode {options.queue_mode}")
                # After two drains, a new server still spends twice as much on an event as after five.
                rounds(options, ratio, commands, environment, watcher, graph, node, check, warmups=1 if indexes else 5)
            print(f"\n## {ONE_BY_ONE:,} events, beside a worker with one statement and one acknowledgement a message")
            options = argparse.Namespace(**{**vars(options), "events": ONE_BY_ONE})
            commands[THEIRS] = [python(), os.path.join(HERE, "peers", "neo4j_single.py"), str(ONE_BY_ONE)]
            rounds(options, ratio, commands, environment, watcher, graph, node, check, warmups=1)


# MARK: The client alone

def bolt(options, ratio):
    """Reads records and runs small queries with the client alone."""
    server_program = program(options)
    if not server_program:
        return
    ours = [os.path.join(RELEASE, "client-bench"), "bolt"]
    theirs = [python(), os.path.join(HERE, "peers", "bolt_peer.py")]
    # What each does, how many times.
    cases = [("reading records", ("read", 100_000), ("read", 100_000)),
             ("small queries, one after the other", ("queries", 5_000), ("queries", 5_000)),
             ("small queries, pipelined where the client can", ("pipeline", 20_000), ("queries", 5_000)),
             ("the same by two callers at once, where the client can", ("pipelines", 20_000), ("queries", 5_000))]
    with Graph(server_program) as graph:
        login = f"bolt://{graph.user}:{graph.password}@127.0.0.1:{graph.port}"
        clients = {OURS: (ours, {**graph.environment, "BOLT_URL": login})}
        if options.beside:
            beside = os.path.join(options.beside, ".build", "release", "client-bench")
            clients["beside"] = ([beside, "bolt"], clients[OURS][1])
        clients[THEIRS] = (theirs, graph.environment)
        print("\n## Bolt: the client alone, with a real Neo4j")
        for title, own, others in cases:
            rows = {name: [] for name in clients}
            for number in range(-2, options.rounds):
                for name in list(clients)[::1 if number % 2 == 0 else -1]:
                    command, environment = clients[name]
                    verb, count = others if name == THEIRS else own
                    busy = broker.processor_seconds(graph.pid)
                    output = subprocess.run([*command, verb, str(count)], env=environment, check=True, text=True,
                                            stdout=subprocess.PIPE).stdout
                    rate, cost = re.search(r"(\d+) a second, ([\d.]+) µs each", output).groups()
                    if number >= 0:
                        # A tenth as many went before.
                        used = (broker.processor_seconds(graph.pid) - busy) / (1.1 * count) * 1e6
                        rows[name].append({"rate": float(rate), "cost": float(cost), "server": used})
            broker.table(title, ["a second", "own µs each", "Neo4j µs each"],
                         [(name, [f"{median(rows[name], 'rate'):,.0f}", f"{median(rows[name], 'cost'):.2f}",
                                  f"{median(rows[name], 'server'):.1f}"]) for name in rows])
            ratio(rows, "rate", "cost", names=(OURS, THEIRS))
            ratio(rows, "rate", "cost")
