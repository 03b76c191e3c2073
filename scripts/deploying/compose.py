"""The containers of deploy/compose."""
import os
import pathlib
import re
import shutil
import tempfile

import yaml

from running import expect, run

PROFILES = ["embedded", "full", "observability"]
# The plugin of docker, where it is installed alone.
PLUGIN = "/usr/libexec/docker/cli-plugins/docker-compose"


def check(root, program):
    folder = root / "deploy/compose"
    command = "docker-compose" if shutil.which("docker-compose") or not os.path.exists(PLUGIN) else PLUGIN
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary) / "deploy"
        shutil.copytree(root / "deploy", copy)
        example = (folder / ".env.example").read_text()
        secrets = re.findall(r"^(\w+)=$", example, re.MULTILINE)
        asked = set(re.findall(r"\$\{(\w+):\?", (folder / "docker-compose.yaml").read_text()))
        expect(asked == set(secrets), f".env.example and docker-compose.yaml differ: {asked ^ set(secrets)}")
        for missing in secrets:
            env = copy / "compose/.env"
            env.write_text("".join(f"{name}=x\n" for name in secrets if name != missing))
            told = run(command, "--profile", "full", "config", "-q", cwd=copy / "compose", fails=True)
            expect(missing in told, f"without {missing}, docker-compose says: {told}")
        env.write_text(re.sub(r"^(\w+)=$", r"\1=secret", example, flags=re.MULTILINE))
        services = {}
        for profile in PROFILES:
            text = run(command, "--profile", profile, "config", cwd=copy / "compose")
            services |= yaml.safe_load(text)["services"]
        for name, service in services.items():
            own = "build" in service
            tag = service["image"].rpartition(":")[2]
            expect(own or re.match(r"v?\d+\.\d+", tag), f"{name}: {service['image']} is not pinned to a minor version")
            expect(set(service["profiles"]) <= set(PROFILES) and service["profiles"], f"{name} has no profile")
            if own:
                dockerfile = root / service["build"]["dockerfile"]
                expect(dockerfile.exists(), f"{name}: {dockerfile} is missing")
                expect(service.get("read_only") and service.get("cap_drop") == ["ALL"], f"{name} may do too much")
            for volume in service.get("volumes", []):
                source = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
                expect(not source.startswith("/") or os.path.exists(source), f"{name} mounts {source}, which is missing")
            for other, need in (service.get("depends_on") or {}).items():
                if need["condition"] == "service_healthy":
                    expect("healthcheck" in services[other], f"{name} waits until {other} is healthy, which nobody checks")
        yield f"{len(services)} services in {len(PROFILES)} profiles; each of {len(secrets)} missing secrets is an error"
        shutil.copy(root / "deploy/prometheus/rules.yaml", copy / "compose")
        run("promtool", "check", "config", copy / "compose/prometheus.yaml")
        yield "promtool takes prometheus.yaml"
