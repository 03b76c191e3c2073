"""The work of `client-bench bolt` with Neo4j's own driver for Python, and its way of saying how long that took.

    BOLT_URL=bolt://127.0.0.1:7687 BOLT_USER=neo4j BOLT_PASSWORD=... bolt_peer.py read|queries N

The driver has no pipelining: it waits for the answer to RUN before anything else is sent.
"""

import os
import sys
import time

from neo4j import READ_ACCESS, GraphDatabase

RECORDS = """UNWIND range(1, $count) AS i
RETURN i AS user_id, 'product-' + toString(i) AS name, i * 0.5 AS price, i % 7 AS quantity, 'view' AS type"""
SMALL = "RETURN $number AS number"


def read(session, count):
    return sum(record[0] for record in session.run(RECORDS, count=count))


def queries(session, count):
    return sum(session.run(SMALL, number=number).single()[0] for number in range(1, count + 1))


def main():
    verb, count = sys.argv[1], int(sys.argv[2])
    login = (os.environ["BOLT_USER"], os.environ["BOLT_PASSWORD"])
    with GraphDatabase.driver(os.environ["BOLT_URL"], auth=login, notifications_min_severity="OFF") as driver, \
            driver.session(default_access_mode=READ_ACCESS) as session:
        for number in (count // 10, count):
            started, used = time.monotonic(), time.process_time()
            if {"read": read, "queries": queries}[verb](session, number) != number * (number + 1) // 2:
                sys.exit(f"the numbers up to {number} do not add up")
        print(f"{verb} {count}: {count / (time.monotonic() - started):.0f} a second, "
              f"{(time.process_time() - used) / count * 1e6:.3f} µs each")


main()
