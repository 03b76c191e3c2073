"""The part `telemetry` of benchmarks/run: what traces cost `POST /events`, and how long `/metrics` takes meanwhile.

One build in turns with itself: without traces, with as many as are kept by default, and with all of them, exported to a
collector in a process of its own that reads and drops them. Metrics are counted always; --beside compares with a build without them.
"""

import http.server
import multiprocessing
import threading
import time
import urllib.request

import rabbitmq as broker
from rabbitmq import median

CONNECTIONS = 32
FLAGS = ["--no-workers", "--queue-max-length", "100000000"]


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def collect(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    port.send(server.server_port)
    server.serve_forever()


def scrape(url, times, is_over):
    while not is_over.is_set():
        began = time.monotonic()
        urllib.request.urlopen(url + "/metrics").read()
        times.append((time.monotonic() - began) * 1_000)
        is_over.wait(0.2)


def telemetry(options, program, Server, wrk, ratio):
    print("\n## POST /events with traces, 32 connections, no workers\n")
    ours, theirs = multiprocessing.Pipe()
    collector = multiprocessing.Process(target=collect, args=(theirs,), daemon=True)
    collector.start()
    endpoint = f"http://127.0.0.1:{ours.recv()}"
    cases = {"no traces": [], "100 per second": ["--traces", endpoint],
             "all": ["--traces", endpoint, "--trace-rate", "0"]}
    rows = {name: [] for name in cases}
    times = []
    try:
        for number in range(options.rounds):
            for name in list(cases)[::1 if number % 2 == 0 else -1]:
                with Server(program, *FLAGS, *cases[name]) as server:
                    is_over = threading.Event()
                    scraper = threading.Thread(target=scrape, args=(server.url, times, is_over))
                    scraper.start()
                    before = server.processor_seconds()
                    row = wrk(server.url + "/events", "event.lua", CONNECTIONS, options.seconds)
                    row["cost"] = (server.processor_seconds() - before) / max(row["rate"] * options.seconds, 1) * 1e6
                    is_over.set()
                    scraper.join()
                    rows[name].append(row)
    finally:
        collector.terminate()
    broker.table(
        "traces", ["events/s", "p99 ms", "server µs an event"],
        [(name, [f"{median(rows[name], 'rate'):,.0f}", f"{median(rows[name], 'p99'):.2f}",
                 f"{median(rows[name], 'cost'):.1f}"]) for name in cases])
    for name in ["100 per second", "all"]:
        print(f"\n{name}, beside no traces:")
        ratio(rows, "rate", "cost", names=(name, "no traces"))
    times.sort()
    print(f"\n/metrics under this load: median {times[len(times) // 2]:.1f} ms, "
          f"p99 {times[len(times) * 99 // 100]:.1f} ms ({len(times)} requests)")
