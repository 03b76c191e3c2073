"""The parts of benchmarks/run that need a broker: a private RabbitMQ node, our programs, and other clients beside them.

The other clients are not part of this project. `--peers FOLDER` names the folder with their sources: amqp_peer.c,
amqp_peer.go, ref_api.go and ref_api_aiopika.py; each client whose source exists and can be built is measured. All run in
turns against the same node, round by round, so that a noisy moment affects all equally.

The broker's load depends on the message, and our message has properties that the peers' messages lack. ref_api.go is
therefore measured a second time with our properties added: that row compares programs alone, the first row messages too.
All of them are also measured with a consumer on each queue, as in service.

The broker is set up as the README recommends: the queues have the policy `queue-mode: lazy`, which is how RabbitMQ 3.12 and
later always work. With `--queue-mode default` an older RabbitMQ keeps waiting messages in memory and stops again and
again to collect garbage, which then dominates the figures.
"""

import base64
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
RELEASE = os.path.join(ROOT, ".build", "release")
MESSAGES = 80_000


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Node:
    """A private RabbitMQ with the pipeline's topology."""

    def __init__(self, queue_mode):
        self.folder = tempfile.mkdtemp(prefix="debias-bench-")
        self.services("start")
        with open(os.path.join(self.folder, "rabbitmq", "state.json")) as file:
            state = json.load(file)
        self.pid, ports = state["pid"], state["ports"]
        self.port = ports["amqp"]
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}"
        self.management = f"http://127.0.0.1:{ports['management']}"
        subprocess.run([os.path.join(RELEASE, "debias-events"), "topology", "declare", "--broker", self.url], check=True,
                       stdout=subprocess.DEVNULL)
        self.manage("PUT", "policies/%2F/benchmark", {
            "pattern": r"^events\.", "apply-to": "queues", "definition": {"queue-mode": queue_mode}})

    def services(self, verb):
        subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "services"), verb, "rabbitmq", self.folder],
                       check=True, stdout=subprocess.DEVNULL)

    def purge(self):
        for queue in ("events.neo4j", "events.qdrant", "events.dlq"):
            self.manage("DELETE", f"queues/%2F/{queue}/contents")
        time.sleep(1)

    def manage(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.management}/api/{path}", method=method, data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", "Basic " + base64.b64encode(b"guest:guest").decode())
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request, timeout=60).close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.services("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def with_our_properties(source):
    """ref_api.go with the message that this pipeline publishes; None if the source has changed."""
    bare = ('"events", "user.event", false, false,', "DeliveryMode: amqp.Persistent, Body: body}")
    ours = ('"events", "user.event", true, false,', """DeliveryMode: amqp.Persistent, Body: body,
            MessageId: "0191d2e4-1f2e-7000-8000-0123456789ab", Type: e.EventType, Timestamp: time.Now(),
            Headers: amqp.Table{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}""")
    if any(source.count(text) != 1 for text in bare):
        return None
    for old, new in zip(bare, ours):
        source = source.replace(old, new)
    return source


def built(peers, folder, source, *command, change=None):
    """Builds a program from a peer's source, with an optional change; returns None and prints the cause on failure."""
    path = os.path.join(peers, source) if peers else ""
    if not os.path.exists(path):
        print(f"without {source}: " + (f"not in {peers}" if peers else "no --peers FOLDER"))
        return None
    target = os.path.join(folder, source.replace(".", "_"))
    if change:
        with open(path) as file:
            changed = change(file.read())
        if changed is None:
            print(f"without the change of {source}: the source has changed")
            return None
        target += "_changed"
        path = os.path.join(folder, "changed_" + source)
        with open(path, "w") as file:
            file.write(changed)
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                   "GOCACHE": os.path.join(folder, "go")}
    try:
        done = subprocess.run([*command, "-o", target, path, *(["-lrabbitmq"] if source.endswith(".c") else [])],
                              env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        print(f"without {source}: {command[0]} is not installed")
        return None
    if done.returncode != 0:
        print(f"without {source}: {done.stderr.strip()}")
        return None
    return target


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def table(title, columns, rows):
    print(f"\n| {title} | " + " | ".join(columns) + " |")
    print("| --- |" + " ---: |" * len(columns))
    for name, cells in rows:
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def bench_client(folder):
    """The command that measures the AMQP client of the build in `folder`; earlier builds have another name for it."""
    release = os.path.join(folder, ".build", "release")
    client = os.path.join(release, "client-bench")
    return [client, "amqp"] if os.path.exists(client) else [os.path.join(release, "amqp-bench")]


def amqp(options, ratio):
    """Measures the bare clients: publishing with confirms, and consuming."""
    print("\n## AMQP: 200-byte persistent messages to two durable queues, 1,000 unconfirmed; prefetch 1,000, 200 an ack; "
          f"queue mode {options.queue_mode}\n")
    with tempfile.TemporaryDirectory(prefix="debias-bench-") as folder, Node(options.queue_mode) as node:
        clients = {
            "this build": bench_client(ROOT),
            "beside": bench_client(options.beside) if options.beside else [None],
            "rabbitmq-c": [built(options.peers, folder, "amqp_peer.c", "gcc", "-O2")],
            "amqp091-go": [built(options.peers, folder, "amqp_peer.go", "go", "build")],
        }
        clients = {name: command for name, command in clients.items() if command[0]}
        environment = {**os.environ, "AMQP_URL": node.url, "AMQP_PORT": str(node.port)}
        rows = {(name, verb): [] for name in clients for verb in ("publish", "consume")}
        # The rounds are short, so a single one says little.
        for number in range(2 * options.rounds + 1):
            for name, command in clients.items():
                # Each client consumes its own messages, all from the same queue: the broker reads a second queue faster.
                for verb, tail in (("publish", []), ("consume", ["events.neo4j"])):
                    if verb == "publish":
                        node.purge()
                    else:
                        time.sleep(2)
                    broker, used, started = processor_seconds(node.pid), os.times(), time.monotonic()
                    output = subprocess.run([*command, verb, str(MESSAGES), *tail], env=environment, check=True,
                                            capture_output=True, text=True).stdout
                    seconds, now = time.monotonic() - started, os.times()
                    rows[name, verb].append({
                        "rate": float(re.search(r"([\d.]+) msg/s", output).group(1)),
                        "own": (now.children_user + now.children_system - used.children_user - used.children_system)
                        / MESSAGES * 1e6,
                        "broker": (processor_seconds(node.pid) - broker) / seconds})
        for verb in ("publish", "consume"):
            ours = {name: [{**row, "cost": row["own"]} for row in rows[name, verb]]
                    for name in ("this build", "beside") if name in clients}
            table(verb, ["messages/s", "own µs a message", "broker, of 1 core"],
                  [(name, [f"{median(rows[name, verb], 'rate'):,.0f}", f"{median(rows[name, verb], 'own'):.1f}",
                           f"{median(rows[name, verb], 'broker'):.2f}"]) for name in clients])
            ratio(ours, "rate", "cost")


class API:
    """An API over the node that takes events: ours or a peer's."""

    def __init__(self, node, command, port=None, **settings):
        self.folder = tempfile.mkdtemp(prefix="debias-bench-")
        environment = {**os.environ, "AMQP_URL": node.url, "PORT": str(port or 0)}
        if port is None:
            command = [*command, "--data-dir", self.folder]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, **settings)
        if port is None:
            self.url = re.search(r"http://[^\s/]+", self.process.stdout.readline()).group(0)
        else:
            self.url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 30
            while not answers(port):
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit(f"{command[0]} does not serve")
                time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Consumers:
    """Consumes and acknowledges all messages of both work queues."""

    def __init__(self, node):
        self.processes = [
            subprocess.Popen([*bench_client(ROOT), "consume", "1000000000", queue],
                             env={**os.environ, "AMQP_URL": node.url}, stdout=subprocess.DEVNULL)
            for queue in ("events.neo4j", "events.qdrant")]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def has_python_peer(peers):
    if not peers or not os.path.exists(os.path.join(peers, "ref_api_aiopika.py")):
        print("without ref_api_aiopika.py: " + (f"not in {peers}" if peers else "no --peers FOLDER"))
        return False
    found = subprocess.run([sys.executable, "-c", "import fastapi, uvicorn, aio_pika"], capture_output=True)
    if found.returncode != 0:
        print("without ref_api_aiopika.py: needs pip install fastapi uvicorn aio-pika")
    return found.returncode == 0


def rabbitmq(options, wrk, ratio):
    """Measures POST /events and batches of 100, each confirmed by the broker before the answer."""
    with tempfile.TemporaryDirectory(prefix="debias-bench-") as folder, Node(options.queue_mode) as node:
        builds = {"this build": ROOT, **({"beside": options.beside} if options.beside else {})}
        makers = {
            name: lambda folder=folder: API(node, [
                os.path.join(folder, ".build", "release", "debias-events"), "serve", "--no-workers", "--host",
                "127.0.0.1", "--port", "0", "--broker", node.url])
            for name, folder in builds.items()}
        for name, change in (("Go, amqp091-go", None), ("the same with our properties", with_our_properties)):
            go = built(options.peers, folder, "ref_api.go", "go", "build", change=change)
            if go:
                makers[name] = lambda go=go: API(node, [go], free_port())
        if has_python_peer(options.peers):
            def python():
                port = free_port()
                return API(node, [sys.executable, "-m", "uvicorn", "ref_api_aiopika:app", "--port", str(port),
                                  "--log-level", "warning", "--no-access-log"], port, cwd=options.peers)
            makers["FastAPI, aio-pika"] = python
        print("\n## POST /events and /events/batch to RabbitMQ, validated and confirmed; without consumers, so that the queues grow; "
              f"queue mode {options.queue_mode}")
        requests(options, wrk, node, makers, ratio)
        print("\n## The same with a consumer on each queue")
        with Consumers(node):
            requests(options, wrk, node, makers, ratio)


def requests(options, wrk, node, makers, ratio):
    cases = [("/events", "event.lua", 1, 32), ("/events", "event.lua", 1, 128), ("/events/batch", "batch.lua", 100, 8)]
    for path, script, factor, connections in cases:
        rows = {name: [] for name in makers}
        for number in range(options.rounds):
            # Whoever is measured first in one round is last in the next.
            for name, make in list(makers.items())[::1 if number % 2 == 0 else -1]:
                node.purge()
                api = make()
                try:
                    broker, own = processor_seconds(node.pid), processor_seconds(api.process.pid)
                    row = wrk(api.url + path, script, connections, options.seconds)
                    row["rate"] *= factor
                    row["own"] = (processor_seconds(api.process.pid) - own) / (row["rate"] * options.seconds) * 1e6
                    row["broker"] = (processor_seconds(node.pid) - broker) / options.seconds
                    rows[name].append(row)
                finally:
                    api.stop()
        table(f"{path}, {connections} connections",
              ["events/s", "p50 ms", "p99 ms", "failed", "own µs an event", "broker, of 1 core"],
              [(name, [f"{median(rows[name], 'rate'):,.0f}", f"{median(rows[name], 'p50'):.2f}",
                       f"{median(rows[name], 'p99'):.1f}", str(sum(row["failures"] for row in rows[name])),
                       f"{median(rows[name], 'own'):.1f}", f"{median(rows[name], 'broker'):.2f}"])
               for name in makers])
        ratio({name: [{**row, "cost": row["own"]} for row in rows[name]] for name in rows}, "rate", "cost")
