"""Fills the queue of the graph's workers, watches a worker drain it into Neo4j, and counts what is there then: see drain.py.

    ["cypher", TEXT]           the first record

The number of relationships is what the server keeps anyway: asking for it costs it next to nothing.
"""

import os

import drain
from neo4j import GraphDatabase


class Watcher(drain.Watcher):
    queue = "events.neo4j"

    def __init__(self):
        super().__init__()
        self.driver = GraphDatabase.driver(
            os.environ["BOLT_URL"], auth=(os.environ["BOLT_USER"], os.environ["BOLT_PASSWORD"]),
            notifications_min_severity="OFF")
        self.session = self.driver.session()

    def cypher(self, text):
        record = self.session.run(text).single()
        return record and record.values()

    def stored(self):
        return self.cypher("MATCH ()-[r:INTERACTED]->() RETURN count(r)")[0]

    def empty(self):
        self.session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS").consume()
        # Each worker writes under its own indexes, which it makes again: another build may have others.
        own = self.session.run("SHOW INDEXES YIELD name, type, owningConstraint").values()
        for name, kind, constraint in own:
            if kind != "LOOKUP" and constraint is None and not name.startswith("bench_"):
                self.session.run(f"DROP INDEX `{name}`").consume()
        return self.stored()


Watcher().obey()
