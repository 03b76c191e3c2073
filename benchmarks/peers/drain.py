"""Fills the queue of a worker with events and watches it being drained, for what the programs beside this file add to it.

Obeys a line of JSON on standard input after the other, an array of words, and answers each with a line of JSON:

    ["fill", N]                puts the same N events into the queue each time, whoever reads them
    ["watch", N, [PID, ...]]   waits until N events are stored in what was empty: the seconds since the first message left
                               the queue, and what each process has used meanwhile
    ["waiting"]                how many messages wait
    ["empty"]                  takes everything out of the store
"""

import json
import os
import random
import sys
import time

import pika


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
    """The queue of one kind of worker. A store adds how many events it has, and how it is emptied."""

    queue = None

    def __init__(self):
        parameters = pika.URLParameters(os.environ["AMQP_URL"])
        parameters.heartbeat = 0  # This program may wait for long.
        self.channel = pika.BlockingConnection(parameters).channel()

    def waiting(self):
        return self.channel.queue_declare(self.queue, passive=True).method.message_count

    def fill(self, count):
        properties = pika.BasicProperties(delivery_mode=2, content_type="application/json")
        for body in bodies(count):
            self.channel.basic_publish("", self.queue, body, properties)
        while self.waiting() != count:
            time.sleep(0.05)
        return count

    def watch(self, count, pids):
        while self.waiting() == count:
            time.sleep(0.002)
        began, used = time.monotonic(), [processor_seconds(pid) for pid in pids]
        while self.stored() != count:
            time.sleep(0.01)
            if time.monotonic() > began + 120:
                return {"error": f"{self.stored()} of {count} events after two minutes"}
        return {"seconds": time.monotonic() - began,
                "used": [processor_seconds(pid) - before for pid, before in zip(pids, used)]}

    def obey(self):
        for line in sys.stdin:
            verb, *words = json.loads(line)
            print(json.dumps(getattr(self, verb)(*words)), flush=True)
