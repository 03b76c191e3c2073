"""The part of benchmarks/run for dead letters: 200,000 of them in three groups on a private RabbitMQ node.

`dlq list --group` reads all of them, in turns with a program of rabbitmq-c that does nothing but receive the same messages
(peers/dlq_peer.c; Debian's librabbitmq-dev). Both are timed from their start to their end, in which the broker takes all
letters back. Then filters, purge, export, import and replay
are checked to the letter: a wrong count ends the run.
"""

import json
import os
import re
import statistics
import subprocess
import tempfile
import time

import rabbitmq as broker

LETTERS = 200_000
GROUPS = [
    ("retries_exhausted", "events.neo4j", "deadlock on node {}"),
    ("rejected", "events.qdrant", "point {} has no vector"),
    ("invalid", "events.neo4j", "price {} is negative"),
]


def line(number):
    """A letter as `dlq export` writes it: the members that `dlq import` reads."""
    reason, queue, error = GROUPS[number % 3]
    text, moment = error.format(number), 1_790_000_000_000_000 + number
    identity = f"01900000-0000-7000-8000-{number:012x}"
    return json.dumps({
        "body": json.dumps({
            "user_id": number % 5000 + 1, "product_id": number % 900 + 1, "event_type": "view", "user_session": f"s{number}",
            "event_id": identity, "event_time": "2026-11-25T10:00:00Z", "price": 12.5, "brand": "acme"}),
        "properties": {
            "content_type": "application/json", "message_id": identity, "type": "view", "timestamp": 1_790_000_000,
            "delivery_mode": 2,
            "headers": {
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "debias-attempts": 4,
                "debias-first-failed-at": moment,
                "debias-history": [{"at": moment, "error": text, "worker": "bench-neo4j-1"}] * 4,
                "debias-queue": queue, "debias-reason": reason, "debias-error": text, "debias-last-failed-at": moment,
                "debias-worker": "bench-neo4j-1", "debias-letter": f"{number:016x}"}}})


class Letters:
    """`debias-events dlq` over the node."""

    def __init__(self, node, folder):
        self.node, self.folder = node, folder

    def run(self, *words):
        started = time.monotonic()
        process = subprocess.Popen(
            [os.path.join(broker.RELEASE, "debias-events"), "dlq", *words, "--broker", self.node.url, "--data-dir",
             os.path.join(self.folder, "data")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        output, errors = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"dlq {' '.join(words)}: {errors}")
        return output + errors, time.monotonic() - started

    def groups(self, *filters):
        report = json.loads(self.run("list", "--group", "--json", *filters)[0])
        return {group["class"]: group["count"] for group in report["groups"]}, report["total"]

    def export(self, name):
        path = os.path.join(self.folder, name)
        _, seconds = self.run("export", path)
        with open(path, "rb") as file:
            return file.read().splitlines(), seconds


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, expected {wanted!r}")
    print(f"- {what}: exact", flush=True)


def deadletters(options):
    print(f"\n## {LETTERS:,} dead letters in three groups; queue mode {options.queue_mode}\n")
    with tempfile.TemporaryDirectory(prefix="debias-bench-") as folder, broker.Node(options.queue_mode) as node:
        peer = broker.built(os.path.join(broker.HERE, "peers"), folder, "dlq_peer.c", "gcc", "-O2")
        letters = Letters(node, folder)
        source = os.path.join(folder, "letters.ndjson")
        with open(source, "w") as file:
            for number in range(LETTERS):
                file.write(line(number) + "\n")
        _, importing = letters.run("import", source)
        rows = {"dlq list --group": [], "rabbitmq-c": []}
        for number in range(2 * options.rounds + 1):
            for name in list(rows)[::1 if number % 2 == 0 else -1]:
                time.sleep(2)
                busy, used, started = broker.processor_seconds(node.pid), os.times(), time.monotonic()
                if name == "rabbitmq-c":
                    if not peer:
                        continue
                    subprocess.run([peer, str(LETTERS)], env={**os.environ, "AMQP_PORT": str(node.port)}, check=True,
                                   capture_output=True)
                else:
                    letters.run("list", "--group")
                passed, now = time.monotonic() - started, os.times()
                rows[name].append({
                    "rate": LETTERS / passed,
                    "own": (now.children_user + now.children_system - used.children_user - used.children_system)
                    / LETTERS * 1e6,
                    "broker": (broker.processor_seconds(node.pid) - busy) / passed})
        rows = {name: row for name, row in rows.items() if row}
        broker.table("reading all letters", ["letters/s", "own µs a letter", "broker, of 1 core"],
                     [(name, [f"{broker.median(row, 'rate'):,.0f}", f"{broker.median(row, 'own'):.1f}",
                              f"{broker.median(row, 'broker'):.2f}"]) for name, row in rows.items()])
        if "rabbitmq-c" in rows:
            ratios = [own["rate"] / its["rate"] for own, its in zip(rows["dlq list --group"], rows["rabbitmq-c"])]
            print(f"\nratio, rate: {statistics.median(ratios):.3f} ({' '.join(f'{ratio:.3f}' for ratio in ratios)})\n",
                  flush=True)
        third = [sum(1 for number in range(LETTERS) if number % 3 == group) for group in range(3)]
        whole = {reason: count for (reason, _, _), count in zip(GROUPS, third)}
        expect("groups", letters.groups(), (whole, LETTERS))
        expect("a filter by queue", letters.groups("--queue", "qdrant"), ({"rejected": third[1]}, LETTERS))
        expect("a filter by user", letters.groups("--user", "17")[0],
               {reason: sum(1 for number in range(LETTERS) if number % 5000 == 16 and number % 3 == group)
                for group, (reason, _, _) in enumerate(GROUPS)})
        before, exporting = letters.export("before")
        expect("letters exported", len(before), LETTERS)
        output, purging = letters.run("purge", "--class", "rejected", "--yes")
        expect("letters purged by class", output.split()[0], str(third[1]))
        expect("groups without them", letters.groups(),
               ({"retries_exhausted": third[0], "invalid": third[2]}, LETTERS - third[1]))
        output, _ = letters.run("import", os.path.join(folder, "before"))
        expect("letters brought back", re.findall(r": (\d+) letters brought back, (\d+) were", output),
               [(str(third[1]), str(LETTERS - third[1]))])
        letters.run("purge", "--yes")
        letters.run("import", os.path.join(folder, "before"))
        after, _ = letters.export("after")
        expect("export, purge and import, byte for byte and in order", after == before, True)
        output, replaying = letters.run("replay", "--class", "rejected", "--json")
        expect("letters replayed by class", json.loads(output.splitlines()[0])["sent"], third[1])
        expect("groups after the replay", letters.groups(),
               ({"retries_exhausted": third[0], "invalid": third[2]}, LETTERS - third[1]))
        print(f"\nseconds: export {exporting:.1f}, purge by class {purging:.1f}, replay by class {replaying:.1f} "
              f"({third[1] / replaying:,.0f} letters/s), import into an empty queue {importing:.1f}")
