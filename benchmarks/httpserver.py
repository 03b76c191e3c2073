"""The parts of benchmarks/run that measure the HTTP server: `http` and `idle`.

`http` compares the bare server (`client-bench http-server`) with Go's net/http (peers/http_peer.go): a GET, answered with
100 bytes of text. `idle` holds 10,000 connections open, each of which has made one request.
"""

import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import tempfile
import time

import rabbitmq as broker
from rabbitmq import median

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
CONNECTIONS = [32, 128, 1000]
IDLE = 10_000
# The server keeps some hundreds for what is not a connection.
DESCRIPTORS = IDLE + 1_000


class Program:
    """A process that prints its port, or the address it serves, and serves until SIGTERM."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        match = re.search(r"(\d+)\s*$", re.sub(r"(https?://[^\s/]+).*", r"\1", line))
        if not match:
            self.stop()
            raise SystemExit(f"{command[0]} did not start; it printed: {line!r}")
        self.port = int(match.group(1))

    def megabytes(self, key):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"{key}:\s+(\d+) kB", status.read()).group(1)) / 1024

    def sockets(self):
        folder = f"/proc/{self.process.pid}/fd"
        return sum(os.readlink(os.path.join(folder, name)).startswith("socket:") for name in os.listdir(folder))

    def processor_seconds(self):
        return broker.processor_seconds(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def bare_server(folder):
    """The bare server of the build in `folder`; None where it has none yet."""
    client = os.path.join(folder, ".build", "release", "client-bench")
    if not os.path.exists(client):
        return None
    usage = subprocess.run([client, "--help"], capture_output=True, text=True).stderr
    return [client, "http-server"] if "http-server" in usage else None


def http(options, wrk, ratio):
    """Measures a bare GET, in turns with Go's net/http."""
    print("\n## GET, answered with 100 bytes of text")
    own = bare_server(ROOT)
    if not own:
        raise SystemExit("client-bench is missing: run swift build -c release --static-swift-stdlib --product client-bench")
    with tempfile.TemporaryDirectory(prefix="debias-bench-") as folder:
        beside = bare_server(options.beside) if options.beside else None
        go = broker.built(os.path.join(HERE, "peers"), folder, "http_peer.go", "go", "build")
        commands = {
            "handlers on the loop": [*own, "--inline"],
            "handlers on the pool": own,
            "beside": [*beside, "--inline"] if beside else None,
            "Go, net/http": [go] if go else None,
        }
        commands = {name: command for name, command in commands.items() if command}
        for count in options.connections or CONNECTIONS:
            rows = {name: [] for name in commands}
            for number in range(options.rounds):
                # Whoever is measured first in one round is last in the next.
                for name in list(commands)[::1 if number % 2 == 0 else -1]:
                    with Program(commands[name]) as server:
                        rows[name].append(measure(server, count, options, wrk))
            broker.table(
                f"{count} connections", ["requests/s", "p50 ms", "p99 ms", "failed", "server µs a request", "resident MB"],
                [(name, [f"{median(rows[name], 'rate'):,.0f}", f"{median(rows[name], 'p50'):.2f}",
                         f"{median(rows[name], 'p99'):.2f}", str(sum(row["failures"] for row in rows[name])),
                         f"{median(rows[name], 'cost'):.2f}", f"{median(rows[name], 'memory'):.0f}"]) for name in commands])
            for name in ("handlers on the loop", "handlers on the pool"):
                for other in ("beside", "Go, net/http"):
                    if other in rows and (other != "beside" or name == "handlers on the loop"):
                        print(f"\n{name} / {other}")
                        ratio(rows, "rate", "cost", "p99", names=(name, other))


def measure(server, connections, options, wrk):
    url = f"http://127.0.0.1:{server.port}/"
    before = server.processor_seconds()
    row = wrk(url, None, connections, options.seconds)
    row["cost"] = (server.processor_seconds() - before) / max(row["rate"] * options.seconds, 1) * 1e6
    row["memory"] = server.megabytes("VmHWM")
    return row


def idle(options):
    """Measures the memory of a server whose connections have nothing to do."""
    print(f"\n## {IDLE:,} connections, each idle after one request")
    allow_descriptors()
    program = os.path.join(ROOT, ".build", "release", "debias-events")
    bare = bare_server(ROOT)
    with tempfile.TemporaryDirectory(prefix="debias-bench-") as folder:
        certificate, key = self_signed(folder)
        data = os.path.join(folder, "data")
        serve = [program, "serve", "--no-workers", "--host", "127.0.0.1", "--port", "0", "--data-dir", data,
                 "--max-connections", str(DESCRIPTORS)]
        cases = [("debias-events serve, plain", serve, False)]
        if bare:
            cases.append(("bare server, plain", bare, False))
        if certificate:
            cases.append(("debias-events serve, TLS",
                          [*serve, "--tls-certificate", certificate, "--tls-key", key], True))
            if bare:
                cases.append(("bare server, TLS", [*bare, "--tls", certificate, key], True))
        rows = {name: [] for name, _, _ in cases}
        for _ in range(options.rounds):
            for name, command, is_tls in cases:
                shutil.rmtree(data, ignore_errors=True)
                with Program(command) as server:
                    rows[name].append(measure_idle(server, certificate if is_tls else None))
        broker.table(
            "resident", ["before MB", "with the connections MB", "a connection, bytes", "failed or closed"],
            [(name, [f"{median(rows[name], 'before'):.1f}", f"{median(rows[name], 'after'):.1f}",
                     f"{statistics.median((row['after'] - row['before']) / IDLE * 2**20 for row in rows[name]):,.0f}",
                     str(sum(row["failures"] for row in rows[name]))]) for name in rows])


def measure_idle(server, certificate):
    context = ssl.create_default_context(cafile=certificate) if certificate else None
    with contextlib.ExitStack() as stack:
        # What the first request of all needs is not the connections'.
        get(stack.enter_context(contextlib.ExitStack()), server.port, context)
        before, sockets = server.megabytes("VmRSS"), server.sockets()
        for _ in range(IDLE):
            get(stack, server.port, context)
        time.sleep(1)
        # The server closes what has been idle for long: on a slow machine the first ones may be gone.
        missing = IDLE - (server.sockets() - sockets)
        return {"before": before, "after": server.megabytes("VmRSS"), "failures": missing}


def get(stack, port, context):
    """Makes a connection that stays, and one request."""
    try:
        client = socket.create_connection(("127.0.0.1", port), timeout=10)
        # Otherwise a request behind a handshake would wait for the acknowledgement of the handshake.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            client = context.wrap_socket(client, server_hostname="localhost")
        stack.enter_context(client)
        client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if not client.recv(4096).startswith(b"HTTP/1.1 200 "):
            client.close()
    except OSError as error:
        print(f"a connection failed: {error}")


def allow_descriptors():
    """Raises the limit of open files for this process and the servers that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= DESCRIPTORS:
        return
    if hard != resource.RLIM_INFINITY and hard < DESCRIPTORS:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        except (ValueError, OSError):
            raise SystemExit(f"the part idle needs {DESCRIPTORS:,} open files; the limit is {hard:,} (ulimit -Hn)") from None
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))


def self_signed(folder):
    """A certificate for localhost and its key, as files; None where there is no openssl."""
    certificate, key = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    if not shutil.which("openssl"):
        print("without TLS: openssl is not installed")
        return None, None
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    return certificate, key
