"""Measures workers that drain a queue of RabbitMQ into a store: ours, and others beside it, in turns."""

import json
import os
import re
import shutil
import subprocess
import tempfile

import rabbitmq as broker
from rabbitmq import HERE, RELEASE, median

EVENTS = 40_000
OURS, THEIRS = "this build", "Python"


class Watcher:
    """A program of benchmarks/peers that fills the queue and watches the store."""

    def __init__(self, python, script, environment):
        self.process = subprocess.Popen(
            [python, os.path.join(HERE, "peers", script)], env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{words[0]} failed")
        return json.loads(line)

    def expect(self, name, what, found, wanted):
        if found != wanted:
            raise SystemExit(f"{name}: {what}: {found!r}, expected {wanted!r}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def builds(options):
    """The folders of the builds to measure, by name: this one, and the one beside it."""
    return {OURS: RELEASE, **({"beside": os.path.join(options.beside, ".build", "release")} if options.beside else {})}


def drain(command, environment, count, watcher, server, node):
    """One worker from its start until it has drained the queue: events, seconds, and what each process used."""
    folder = tempfile.mkdtemp(prefix="debias-bench-")
    ours = os.path.basename(command[0]) == "debias-events"
    tail = ["--data-dir", folder] if ours else []
    worker = subprocess.Popen([*command, *tail], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        result = watcher.ask("watch", count, [worker.pid, server.pid, node.pid])
        with open(f"/proc/{worker.pid}/status") as status:
            memory = int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)) / 1024
    finally:
        # The other ends by itself.
        if ours:
            worker.terminate()
        _, errors = worker.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)
    if "error" in result:
        raise SystemExit(f"{command[0]}: {result['error']}\n{errors}")
    own, store, queue = (used / count * 1e6 for used in result["used"])
    return {"rate": count / result["seconds"], "cost": own, "server": store, "broker": queue, "memory": memory,
            "busy": result["used"][1] / result["seconds"]}


def rounds(options, ratio, commands, environment, watcher, store, node, check, warmups):
    """Each round, each worker drains the same events into the empty store, and `check` counts what is there then."""
    rows = {name: [] for name in commands}
    for number in range(-warmups, options.rounds):
        # Whoever is measured first in one round is last in the next.
        for name in list(commands)[::1 if number % 2 == 0 else -1]:
            watcher.ask("empty")
            watcher.ask("fill", options.events)
            row = drain(commands[name], environment, options.events, watcher, store, node)
            watcher.expect(name, "messages left", watcher.ask("waiting"), 0)
            check(name)
            if number >= 0:
                rows[name].append(row)
            if options.verbose:
                print(f"  {name} {number}: " + ", ".join(f"{key} {value:,.2f}" for key, value in row.items()), flush=True)
    broker.table("worker", ["events/s", "own µs an event", f"{store.name} µs an event", f"{store.name}, of 1 core",
                            "broker µs an event", "resident MB"],
                 [(name, [f"{median(rows[name], 'rate'):,.0f}", f"{median(rows[name], 'cost'):.1f}",
                          f"{median(rows[name], 'server'):.1f}", f"{median(rows[name], 'busy'):.2f}",
                          f"{median(rows[name], 'broker'):.1f}", f"{median(rows[name], 'memory'):.0f}"]) for name in rows])
    ratio(rows, "rate", "cost", "server", names=(OURS, THEIRS))
    ratio(rows, "rate", "cost", "server")
