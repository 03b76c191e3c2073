"""The units of systemd."""
import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from node import Failure, free_ports
from running import expect, run

# The line that begins what all units have in common.
COMMON = "User=debias-events"
EXPOSURE = 2.0
INSTALLED = "/usr/bin/debias-events"
# Dispatch asks for priorities of its threads and goes on without. Here strace refuses them as the unit does.
REFUSED = "setpriority"


def check(root, program):
    folder = root / "deploy/systemd"
    units = {path.name: path.read_text() for path in sorted(folder.glob("*.service"))}
    expect(len(units) == 3, "not three units")
    with tempfile.TemporaryDirectory() as name:
        yield from analyze(units, pathlib.Path(name), program)
    parts = {text[text.index(COMMON):text.index("[Install]")] for text in units.values()}
    expect(len(parts) == 1, "the units differ in what they may do")
    user = re.search(r"^u (\S+) ", (folder / "sysusers.conf").read_text(), re.MULTILINE)
    expect(f"User={user[1]}\n" in parts.pop(), "sysusers.conf makes another user than the units run as")
    allowed = allowed_calls(units["debias-events.service"])
    for instance in ["debias-events-embedded.service", "debias-events.service", "debias-events-worker@neo4j.service"]:
        text = units[re.sub(r"@.*\.", "@.", instance)]
        yield start(instance, text, (folder / "config.json").read_text(), program, allowed)


def analyze(units, folder, program):
    """verify wants the program to be there, and manual pages to be installed."""
    for name, text in units.items():
        text = text.replace(INSTALLED, str(program.resolve()))
        (folder / name).write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.MULTILINE))
    # An instance stands for its template.
    paths = [folder / name.replace("@.", "@neo4j.") for name in units]
    shutil.copy(folder / "debias-events-worker@.service", folder / "debias-events-worker@neo4j.service")
    complaints = run("systemd-analyze", "verify", *paths)
    # What else is installed on this machine is not ours.
    complaints = [line for line in complaints.splitlines() if "debias" in line]
    expect(not complaints, "\n".join(complaints))
    yield f"{len(units)} units verified"
    for path in paths:
        told = run("systemd-analyze", "security", "--offline=true", f"--threshold={int(EXPOSURE * 10)}", path)
        exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
        expect(exposure and float(exposure[1]) <= EXPOSURE, told)
        yield f"{path.name}: exposure {exposure[1]}"


# MARK: What the program asks of the kernel

def expand(names):
    """The system calls of sets and of sets in them."""
    calls = set()
    for name in names:
        if not name.startswith("@"):
            calls.add(name)
            continue
        lines = run("systemd-analyze", "syscall-filter", name).splitlines()
        calls |= expand([line.strip() for line in lines[1:] if line.strip() and "#" not in line])
    return calls


def allowed_calls(unit):
    allowed = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE):
        if line.startswith("~"):
            allowed -= expand(line[1:].split())
        else:
            allowed |= expand(line.split())
    # By systemd.exec(5) these can always be called.
    return allowed | {"execve", "exit", "exit_group", "getrlimit", "rt_sigreturn", "sigreturn"} | expand(["@default"])


def complaints(trace, unit, allowed):
    """What of a trace the unit does not allow. The first call is the one that starts the program."""
    families = set(re.search(r"^RestrictAddressFamilies=(.*)$", unit, re.MULTILINE)[1].split())
    for line in trace.splitlines():
        call = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if call and call[1] not in allowed and call[1] != REFUSED:
            yield f"calls {call[1]}, which the unit does not allow: {line}"
        family = re.search(r"\bsocket\((AF_\w+)", line)
        if family and family[1] not in families:
            yield f"opens a socket of {family[1]}, which the unit does not allow"
        if re.search(r"(mmap|mprotect)\(.*PROT_WRITE.*PROT_EXEC", line):
            yield f"wants memory that it can write and execute: {line}"


# MARK: Starting by hand

class Supervisor:
    """systemd's end of sd_notify."""

    def __init__(self, folder):
        self.address = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        os.chmod(self.address, 0o666)

    def wait(self, line, times=1, seconds=120):
        deadline = time.monotonic() + seconds
        while times > 0:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                lines = self.socket.recv(4096).decode().splitlines()
            except TimeoutError as error:
                raise Failure(f"the supervisor has not heard {line} within {seconds} s") from error
            if line in lines:
                times -= 1


def settings(unit, folder, port):
    """The unit's variables, and those that systemd adds."""
    variables = {"PATH": "/usr/bin:/bin"}
    for assignment in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE):
        name, value = shlex.split(assignment)[0].split("=", 1)
        variables[name] = value.replace("%S", str(folder / "state")).replace("%d", str(folder / "credentials"))
    watchdog = int(re.search(r"^WatchdogSec=(\d+)$", unit, re.MULTILINE)[1])
    expect(watchdog >= 10, "a watchdog of fewer than ten seconds ends a machine that is busy")
    # Sooner than the unit says: the check does not wait for minutes.
    return variables | {
        "NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "2000000", "DEBIAS_PORT": str(port),
        "DEBIAS_HEALTH_PORT": str(port)}


def start(name, unit, configuration, program, allowed):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o755)
        # Another user need not reach this checkout.
        own = folder / "debias-events"
        shutil.copy(program, own)
        for part in ("state", "state/debias-events", "credentials", "trace"):
            (folder / part).mkdir(mode=0o777)
            (folder / part).chmod(0o777)
        (folder / "credentials/config.json").write_text(
            json.dumps(json.loads(configuration) | {"data-dir": "overridden-by-the-unit"}))
        instance = re.search(r"@(.*)\.service", name)
        command = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)[1].replace("%i", instance[1] if instance else "")
        words = [str(own) if word == INSTALLED else word for word in shlex.split(command)]
        [port] = free_ports(1)
        supervisor = Supervisor(folder)
        trace = folder / "trace/calls"
        expect(shutil.which("strace"), "strace is missing: scripts/setup deployment installs it")
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        process = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", trace, "-e", f"inject={REFUSED}:error=EPERM", *words], env=settings(unit, folder, port),
            umask=0o077, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **identity)
        try:
            supervisor.wait("READY=1")
            use(words, port)
            supervisor.wait("WATCHDOG=1", times=3)
            # strace passes SIGTERM on to nobody.
            child = int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
            os.kill(child, signal.SIGTERM)
            supervisor.wait("STOPPING=1")
            expect(process.wait(timeout=120) == 0, f"{name} ended with {process.returncode}")
        except Failure as failure:
            process.kill()
            raise Failure(f"{name}: {failure}\n{process.stdout.read()}") from failure
        finally:
            process.stdout.close()
            process.kill()
            process.wait()
        kept = list((folder / "state/debias-events").iterdir())
        expect(kept, f"{name} has not kept its data where the unit says")
        strangers = [path.name for path in kept if path.stat().st_mode & 0o077 or path.stat().st_uid == 0]
        expect(not identity or not strangers, f"{name} leaves files to others: {strangers}")
        text = trace.read_text(errors="replace")
        found = sorted(set(complaints(text, unit, allowed)))
        expect(not found, f"{name} " + f"\n{name} ".join(found[:20]))
        calls = set(re.findall(r"^(?:\d+ +)?(\w+)\(", text, re.MULTILINE))
    return f"{name}: started as another user: ready, alive, stopped; {len(calls)} kinds of system calls, all allowed"


def use(words, port):
    """Has the program do its work."""
    url = f"http://127.0.0.1:{port}"
    urllib.request.urlopen(f"{url}/health", timeout=30).read()
    if "serve" not in words:
        return
    event = {"user_id": 1, "product_id": 2, "event_type": "view", "user_session": "s"}
    request = urllib.request.Request(
        f"{url}/events", json.dumps(event).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=30).read()
    if "--no-workers" in words:
        return
    deadline = time.monotonic() + 60
    while not json.loads(urllib.request.urlopen(f"{url}/users/1/history", timeout=30).read())["events"]:
        expect(time.monotonic() < deadline, "the event did not arrive")
        time.sleep(0.1)
