"""Runs Python with Neo4j's own driver, which is installed in .build/neo4j-driver: neo4j_driver.py ARGUMENTS-OF-PYTHON..."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from environment import install
from node import Failure

DRIVER = "neo4j==6.4.1"

if __name__ == "__main__":
    try:
        interpreter = install("neo4j-driver", DRIVER)
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
    os.execv(interpreter, [interpreter, *sys.argv[1:]])
