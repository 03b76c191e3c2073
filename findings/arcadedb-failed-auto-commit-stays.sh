#!/usr/bin/env bash
# ArcadeDB 26.10.2 (PyPI: arcadedb-embedded 26.10.2.post1) over Bolt, with the official driver (PyPI: neo4j 6.4.1).
#
# Guess: a query outside BEGIN and COMMIT is a transaction of its own, as in Neo4j: it fails as a whole or not at all.
# Seen: a query whose third row breaks a uniqueness constraint of relationships is answered with
# Neo.ClientError.Schema.ConstraintValidationFailed, and the relationships and nodes of its other rows are in the graph.
# The same query between BEGIN and COMMIT leaves nothing.
#
# Exit status 0 if that is still so, 1 if not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet arcadedb-embedded==26.10.2.post1 neo4j==6.4.1
cat > "$folder/try.py" <<'PYTHON'
import socket, sys

from arcadedb_embedded import ArcadeDBServer
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


bolt = free_port()
server = ArcadeDBServer(
    root_path=sys.argv[1], root_password="test-password",
    config={"host": "127.0.0.1", "http_port": free_port(), "bolt_port": bolt,
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"},
    jvm_kwargs={"heap_size": "512m"})
server.start()
server.create_database("shop")
write = """
    UNWIND $rows AS row
    MERGE (u:User {user_id: row[1]}) MERGE (p:Product {product_id: row[2]})
    MERGE (u)-[r:BOUGHT {order_id: row[0]}]->(p)
"""
driver = GraphDatabase.driver(f"bolt://127.0.0.1:{bolt}", auth=("root", "test-password"))
left = {}
with driver.session(database="shop") as session:
    session.run("CREATE CONSTRAINT IF NOT EXISTS FOR ()-[r:BOUGHT]-() REQUIRE r.order_id IS UNIQUE").consume()
    for way in ("auto-commit", "transaction"):
        session.run("MATCH (n) DETACH DELETE n").consume()
        session.run(write, rows=[["first", 1, 1]]).consume()
        rows = [["second", 1, 1], ["third", 2, 2], ["first", 9, 1]]
        try:
            if way == "auto-commit":
                session.run(write, rows=rows).consume()
            else:
                with session.begin_transaction() as transaction:
                    transaction.run(write, rows=rows).consume()
                    transaction.commit()
            error = "no error"
        except Neo4jError as failure:
            error = failure.code
        orders = [record[0] for record in session.run("MATCH ()-[r:BOUGHT]->() RETURN r.order_id")]
        left[way] = error, sorted(orders)
        print(f"{way}: {error}, orders in the graph: {sorted(orders)}", flush=True)
print("server:", driver.get_server_info().agent)
driver.close()
server.stop()
code = "Neo.ClientError.Schema.ConstraintValidationFailed"
same = left == {"auto-commit": (code, ["first", "second", "third"]), "transaction": (code, ["first"])}
print("as described" if same else "NOT as described")
sys.exit(0 if same else 1)
PYTHON
cd "$folder"  # ArcadeDB logs into the folder ./log.
"$folder/venv/bin/python3" "$folder/try.py" "$folder/data" 2> "$folder/server.log" || { tail -n 5 "$folder/server.log" >&2; exit 1; }
