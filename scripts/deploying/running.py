"""Running other programs for the checks."""
import pathlib
import shutil
import subprocess

from node import Failure

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent.parent


def run(*command, fails=False, **options):
    """Runs a command and returns what it prints; its failure is one of the check, or, with `fails`, its success is."""
    words = [str(word) for word in command]
    if not shutil.which(words[0]):
        raise Failure(f"{words[0]} is missing: scripts/setup deployment installs it")
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if (done.returncode != 0) != fails:
        raise Failure(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def expect(condition, text):
    if not condition:
        raise Failure(text)
