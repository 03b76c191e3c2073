"""Runs Python with Qdrant's own client, which is installed in .build/qdrant-driver: qdrant_driver.py ARGUMENTS-OF-PYTHON..."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from environment import install
from node import Failure

DRIVER = "qdrant-client==1.18.0"

if __name__ == "__main__":
    try:
        interpreter = install("qdrant-driver", DRIVER)
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
    os.execv(interpreter, [interpreter, *sys.argv[1:]])
