"""Runs ArcadeDB with its Bolt listener in the foreground: arcadedb_server.py FOLDER BOLT_PORT HTTP_PORT PASSWORD. It says
"Started." when it serves, and stops cleanly at SIGTERM. The user is root, the database neo4j."""
import os
import signal
import sys
import threading

from arcadedb_embedded import ArcadeDBServer


def main(folder, bolt_port, http_port, password):
    server = ArcadeDBServer(
        root_path=folder, root_password=password,
        config={
            "host": "127.0.0.1", "http_port": int(http_port), "bolt_port": int(bolt_port),
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"},
        jvm_kwargs={"heap_size": os.environ.get("NEO4J_HEAP", "768m")})
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    server.start()
    if not os.path.exists(os.path.join(folder, "databases", "neo4j")):
        server.create_database("neo4j")
    print("Started.", flush=True)
    ended.wait()
    server.stop()


main(*sys.argv[1:])
