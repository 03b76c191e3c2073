#!/usr/bin/env bash
# ArcadeDB 26.10.2 (PyPI: arcadedb-embedded 26.10.2.post1) over Bolt, with the official driver (PyPI: neo4j 6.4.1).
#
# Guess: a CREATE CONSTRAINT that fails, since two nodes have the same id, leaves the schema as it was, as in Neo4j.
# Seen: the property has a type from then on, INT32 by the small ids that were there, which SHOW CONSTRAINTS lists under a
# name of its own. Once the duplicate is gone and the constraint made, a node with an id above 2^31, which was taken before, is
# refused with Neo.ClientError.Statement.ArgumentError. DROP CONSTRAINT takes the type away, but not while the constraint that
# was asked for stands: then it is refused with Neo.ClientError.Statement.SemanticError.
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
driver = GraphDatabase.driver(f"bolt://127.0.0.1:{bolt}", auth=("root", "test-password"))
with driver.session(database="shop") as session:
    def run(text):
        try:
            return [record.values() for record in session.run(text)]
        except Neo4jError as failure:
            return failure.code

    large = 3_000_000_000
    create = "CREATE CONSTRAINT user_id_unique FOR (u:User) REQUIRE u.user_id IS UNIQUE"
    constraints = "SHOW CONSTRAINTS YIELD name, type, propertyType"
    run("CREATE (:User {user_id: 5, name: 'a'}), (:User {user_id: 5, name: 'b'})")
    before = run(f"CREATE (u:User {{user_id: {large}, name: 'c'}}) RETURN u.user_id")
    run("MATCH (u:User {name: 'c'}) DELETE u")
    failed = run(create)
    left = run(constraints)
    run("MATCH (u:User {name: 'b'}) DELETE u")
    run(create)
    after = run(f"CREATE (u:User {{user_id: {large}, name: 'c'}}) RETURN u.user_id")
    drop = run(f"DROP CONSTRAINT {left[0][0]}") if left else None
print("an id above 2^31 before:", before)
print("making the constraint on duplicates:", failed)
print("constraints afterwards:", left)
print("an id above 2^31 afterwards:", after)
print("dropping the type beside the constraint:", drop)
seen = (before == [[large]] and failed == "Neo.ClientError.Schema.ConstraintValidationFailed"
        and left == [["constraint_User_user_id_type", "NODE_PROPERTY_TYPE", "INT32"]]
        and after == "Neo.ClientError.Statement.ArgumentError" and drop == "Neo.ClientError.Statement.SemanticError")
print("as described" if seen else "NOT as described")
driver.close()
server.stop()
sys.exit(0 if seen else 1)
PYTHON
cd "$folder"  # ArcadeDB logs into the folder ./log.
"$folder/venv/bin/python3" "$folder/try.py" "$folder/data" 2> "$folder/server.log" || { tail -n 5 "$folder/server.log" >&2; exit 1; }
