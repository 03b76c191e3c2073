"""Fills the queue of the graph's workers, watches a worker drain it into Neo4j, and counts what is there then.

Obeys a line of JSON on standard input after the other, an array of words, and answers each with a line of JSON:

    ["fill", N]                puts the same N events into the queue each time, whoever reads them
    ["watch", N, [PID, ...]]   waits until N interactions are in an empty graph: the seconds since the first message left the
                               queue, and what each process has used meanwhile
    ["cypher", TEXT]           the first record
    ["waiting"]                how many messages wait
    ["empty"]                  takes everything out of the graph

The number of relationships is what the server keeps anyway: asking for it costs it next to nothing.
"""

import json
import os
import random
import sys
import time

import pika
from neo4j import GraphDatabase

QUEUE = "events.neo4j"
COUNT = "MATCH ()-[r:INTERACTED]->() RETURN count(r)"


def identity(number):
    """A UUID of version 7, as the API gives: in order of time."""
    moment = 1_790_000_000_000 + number // 4
    random_bits = f"{random.getrandbits(12):03x}-{random.getrandbits(48):012x}"
    return f"{moment >> 16:08x}-{moment & 65535:04x}-7{number % 4096:03x}-8{random_bits}"


def bodies(count):
    """Few users and products have most of the events."""
    random.seed(7)
    for number in range(count):
        yield json.dumps({
            "event_id": identity(number), "user_id": int(random.paretovariate(1.1) * 10) % 10_000 + 1,
            "product_id": int(random.paretovariate(1.1) * 20) % 20_000 + 1,
            "event_type": random.choices(["view", "cart", "purchase"], [90, 7, 3])[0], "user_session": f"s{number % 3000}",
            "event_time": "2026-01-30T10:00:00Z", "published_at": "2026-01-30T10:00:00Z"}).encode()


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Watcher:
    def __init__(self):
        self.connect()
        self.driver = GraphDatabase.driver(
            os.environ["BOLT_URL"], auth=(os.environ["BOLT_USER"], os.environ["BOLT_PASSWORD"]),
            notifications_min_severity="OFF")
        self.session = self.driver.session()

    def connect(self):
        parameters = pika.URLParameters(os.environ["AMQP_URL"])
        parameters.heartbeat = 0  # This program may wait for long.
        self.channel = pika.BlockingConnection(parameters).channel()

    def waiting(self):
        return self.channel.queue_declare(QUEUE, passive=True).method.message_count

    def fill(self, count):
        properties = pika.BasicProperties(delivery_mode=2, content_type="application/json")
        for body in bodies(count):
            self.channel.basic_publish("", QUEUE, body, properties)
        while self.waiting() != count:
            time.sleep(0.05)
        return count

    def cypher(self, text):
        record = self.session.run(text).single()
        return record and record.values()

    def watch(self, count, pids):
        while self.waiting() == count:
            time.sleep(0.002)
        began, used = time.monotonic(), [processor_seconds(pid) for pid in pids]
        while self.cypher(COUNT) != [count]:
            time.sleep(0.01)
            if time.monotonic() > began + 120:
                return {"error": f"{self.cypher(COUNT)} of {count} interactions after two minutes"}
        return {"seconds": time.monotonic() - began,
                "used": [processor_seconds(pid) - before for pid, before in zip(pids, used)]}

    def empty(self):
        self.session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS").consume()
        return self.cypher(COUNT)


def main():
    watcher = Watcher()
    for line in sys.stdin:
        verb, *words = json.loads(line)
        print(json.dumps(getattr(watcher, verb)(*words)), flush=True)


main()
