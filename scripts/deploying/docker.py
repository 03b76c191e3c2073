"""The Dockerfile: nothing here can build it."""
import json
import pathlib
import re
import shutil
import tempfile

from running import expect, run


def check(root, program):
    text = (root / "deploy/docker/Dockerfile").read_text()
    joined = re.sub(r"\\\n", " ", text)
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", joined, re.MULTILINE)
    expect(len(stages) == 2 and stages[0][1] == "build", "not the two stages that this check knows")
    first, last = joined.split("FROM gcr.io", 1)
    for source in re.findall(r"^COPY --from=(\w+)", last, re.MULTILINE):
        expect(source == "build", f"nothing is called {source}")
    user = re.search(r"^USER (\d+)", last, re.MULTILINE)
    expect(user and user[1] != "0", "the program would run as root")
    for word in ["HEALTHCHECK", "STOPSIGNAL SIGTERM", "VOLUME", "LABEL", "ENTRYPOINT"]:
        expect(re.search(f"^{word}", last, re.MULTILINE), f"{word} is missing")
    version = re.search(r'current = "(.*)"', (root / "Sources/Program/App/Version.swift").read_text())[1]
    expect(f"ARG VERSION={version}\n" in last, f"the label is not of version {version}")
    healthcheck = json.loads(re.search(r"CMD (\[.*health.*\])", last)[1])
    helped = run(program, *healthcheck[1:2], "--help")
    expect(healthcheck[2] in helped, f"{healthcheck} is no command of the program")
    copied = [path for line in re.findall(r"^COPY ([^-].*)$", first, re.MULTILINE) for path in line.split()[:-1]]
    ignored = (root / ".dockerignore").read_text().splitlines()
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary)
        for path in copied:
            expect(f"!{path}" in ignored, f".dockerignore leaves {path} out")
            if (root / path).is_dir():
                shutil.copytree(root / path, copy / path)
            else:
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / path, copy / path)
        told = json.loads(run("swift", "package", "--package-path", copy, "describe", "--type", "json").partition("\nwarning")[0])
        products = {product["name"] for product in told["products"]}
        expect("debias-events" in products, "the package of the image has no program")
    yield f"copies {', '.join(copied)}: a whole package; runs as user {user[1]}"
