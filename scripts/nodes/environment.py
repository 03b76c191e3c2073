"""Environments of Python with packages of PyPI, each made once for all processes of this checkout."""
import fcntl
import os
import subprocess
import sys

from node import Failure, SCRIPTS


def python(name):
    return os.path.join(os.path.dirname(SCRIPTS), ".build", name, "bin", "python3")


def install(name, *packages):
    """Makes .build/NAME with these packages, each with its version as pip wants it, and returns its interpreter."""
    interpreter = python(name)
    folder = os.path.dirname(os.path.dirname(interpreter))
    mark = os.path.join(folder, "installed-" + "-".join(packages))
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(mark):
            return interpreter
        print(f"installing {', '.join(packages)} with pip", file=sys.stderr, flush=True)
        for words in (
                [sys.executable, "-m", "venv", "--clear", folder],
                [interpreter, "-m", "pip", "install", "--quiet", *packages]):
            made = subprocess.run(words, capture_output=True, text=True)
            if made.returncode != 0:
                raise Failure(f"{', '.join(packages)} cannot be installed: {made.stdout}{made.stderr}")
        with open(mark, "w", encoding="utf-8"):
            pass
    return interpreter


def enter(name, *packages):
    """Goes on with the running script from its beginning by the interpreter of .build/NAME, unless it is that already."""
    interpreter = install(name, *packages)
    if os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(os.path.dirname(interpreter))):
        os.execv(interpreter, [interpreter, *sys.argv])
