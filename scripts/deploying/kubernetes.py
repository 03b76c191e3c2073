"""The manifests of deploy/kubernetes, and the chart of deploy/helm."""
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

from node import Failure
from running import CHECKOUT, expect, run

# The first version with what the manifests use, and the newest that the schemas know.
VERSIONS = ["1.30", "1.37"]
WORKLOADS = ["Deployment", "StatefulSet"]
# Kinds without a schema.
EXTENSIONS = ["keda.sh/v1alpha1", "monitoring.coreos.com/v1"]
GOPATH = "/usr/share/gocode"


def check(root, program):
    folder = root / "deploy/kubernetes"
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    others = {"kustomization.yaml", "secret.example.yaml"}
    expect({path.name for path in folder.iterdir()} == set(listed) | others, "kustomization.yaml lists other files")
    texts = [(folder / name).read_text() for name in [*listed, "secret.example.yaml"]]
    objects = [item for text in texts for item in yaml.safe_load_all(text) if item]
    validate(objects)
    structure(objects, program)
    secret = next(item for item in objects if item["kind"] == "Secret")
    for item in objects:
        for key in secret_keys(item):
            expect(key in secret["stringData"], f"secret.example.yaml has no {key}")
    yield f"{len(objects)} objects fit the schemas of Kubernetes {' and '.join(VERSIONS)}"


def validate(objects):
    """By the schemas of Kubernetes, which know every member."""
    known = [item for item in objects if item["apiVersion"] not in EXTENSIONS]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump_all(known, file)
        file.flush()
        validator = pathlib.Path(sys.prefix) / "bin/kubernetes-validate"
        for version in VERSIONS:
            run(validator, "--strict", "--quiet", "-k", version, file.name)
    for item in objects:
        expect(item.get("metadata", {}).get("name") and item.get("kind"), f"an object without a name: {item}")
        if item["apiVersion"] in EXTENSIONS:
            expect(isinstance(item.get("spec"), dict), f"{item['metadata']['name']} says nothing")


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in selector.items())


def structure(objects, program):
    """What no schema says: selectors find pods, ports have names, what a pod may do."""
    workloads = [item for item in objects if item["kind"] in WORKLOADS]
    pods = [item["spec"]["template"] for item in workloads]
    names = {(item["kind"], item["metadata"]["name"]) for item in objects}
    expect(len(names) == len(objects), "two objects have the same name")
    for item in workloads:
        labels = item["spec"]["template"]["metadata"]["labels"]
        name = item["metadata"]["name"]
        matched = [pod for pod in pods if selects(item["spec"]["selector"]["matchLabels"], pod["metadata"]["labels"])]
        expect(len(matched) == 1 and matched[0]["metadata"]["labels"] == labels, f"{name} does not select its pods alone")
        pod(name, item["spec"]["template"]["spec"], program)
        if item["kind"] == "StatefulSet":
            expect(("Service", item["spec"]["serviceName"]) in names, f"{name} names a Service that is missing")
    for item in objects:
        spec = item.get("spec", {})
        name = item["metadata"]["name"]
        if item["kind"] == "Service":
            found = [pod for pod in pods if selects(spec["selector"], pod["metadata"]["labels"])]
            expect(found, f"the Service {name} selects no pods")
            ports = {port["name"] for pod in found for port in pod["spec"]["containers"][0]["ports"]}
            expect(all(port["targetPort"] in ports for port in spec["ports"]), f"the Service {name} leads to no port")
        if item["kind"] in ["PodDisruptionBudget", "NetworkPolicy", "PodMonitor"]:
            selector = (spec.get("selector") or spec.get("podSelector"))["matchLabels"]
            expect(any(selects(selector, pod["metadata"]["labels"]) for pod in pods), f"{name} selects no pods")
        if item["kind"] == "ScaledObject":
            expect(("Deployment", spec["scaleTargetRef"]["name"]) in names, f"{name} scales nothing that exists")
            for trigger in spec["triggers"]:
                values = trigger["metadata"].values()
                expect(all(isinstance(value, str) for value in values), f"{name}: a trigger's metadata are texts")


def pod(name, spec, program):
    [container] = spec["containers"]
    expect(spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"], f"{name} may do too much")
    security = container["securityContext"]
    expect(
        security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"]
        and security["capabilities"]["drop"] == ["ALL"], f"{name} may do too much")
    ports = {port["name"] for port in container["ports"]}
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"]:
        expect(container[probe]["httpGet"]["port"] in ports, f"{name}: {probe} asks a port that is not there")
    volumes = {volume["name"] for volume in spec["volumes"]} | {"data"}
    expect(all(mount["name"] in volumes for mount in container["volumeMounts"]), f"{name} mounts what is not there")
    # What it does not know, the program refuses; to help, it answers at once.
    helped = run(program, container["args"][0], "--help")
    for word in container["args"][1:]:
        expect(not word.startswith("--") or word in helped, f"{name}: {container['args'][0]} has no option {word}")


def secret_keys(item):
    if isinstance(item, dict):
        if "secretKeyRef" in item:
            yield item["secretKeyRef"]["key"]
        item = list(item.values())
    for part in item if isinstance(item, list) else []:
        yield from secret_keys(part)


# MARK: The chart

CASES = {
    "least": {"existingSecret": "debias-events", "fullnameOverride": "debias-events"},
    "without volumes": {"existingSecret": "shop", "api": {"persistence": {"enabled": False}}},
    "all": {
        "existingSecret": "shop",
        "image": {"pullSecrets": [{"name": "registry"}]},
        "api": {
            "arguments": ["--rate-limit", "100/s"], "persistence": {"storageClassName": "fast"},
            "nodeSelector": {"disk": "ssd"}, "tolerations": [{"key": "shop", "operator": "Exists"}]},
        "workers": {"qdrant": {"arguments": ["--batch", "500"]}},
        "podMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
        "keda": {
            "enabled": True, "existingSecret": "rabbitmq-management", "queueLength": 2000000,
            "prometheus": {"address": "http://prometheus:9090"}}},
    "one store": {
        "existingSecret": "shop", "workers": {"qdrant": {"enabled": False}}, "networkPolicy": {"enabled": False},
        "podDisruptionBudget": {"enabled": False}},
}
REFUSED = {
    "no Secret": {}, "an unknown value": {"existingSecret": "shop", "replica": 2},
    "a secret among the settings": {"existingSecret": "shop", "settings": {"NEO4J_PASSWORD": "hunter2"}},
    "a port that is none": {"existingSecret": "shop", "api": {"service": {"port": 80000}}},
}


def check_chart(root, program):
    chart = root / "deploy/helm/debias-events"
    values = yaml.safe_load((chart / "values.yaml").read_text())
    schema = json.loads((chart / "values.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    used(chart, values)
    version = re.search(r'current = "(.*)"', (CHECKOUT / "Sources/Program/App/Version.swift").read_text())[1]
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    expect(about["appVersion"] == version, f"appVersion is {about['appVersion']}, the program {version}")
    with tempfile.TemporaryDirectory() as folder:
        renderer = build(pathlib.Path(folder))
        for name, case in REFUSED.items():
            try:
                jsonschema.validate(laid(case, values), schema)
            except jsonschema.ValidationError:
                continue
            raise Failure(f"values.schema.json takes {name}")
        yield f"values.schema.json refuses {', '.join(REFUSED)}"
        for name, case in CASES.items():
            jsonschema.validate(laid(case, values), schema)
            file = pathlib.Path(folder) / "values.yaml"
            file.write_text(yaml.safe_dump(case))
            objects = [item for item in yaml.safe_load_all(run(renderer, chart, "shop", file)) if item]
            validate(objects)
            structure(objects, program)
            yield f"{name}: {len(objects)} objects fit"
            if name == "least":
                same(root, objects)
                yield "the pods are those of deploy/kubernetes"


def build(folder):
    """Debian's sprig stands in one of two places, by its version."""
    text = (CHECKOUT / "scripts/chart/render.go").read_text()
    if os.path.isdir(f"{GOPATH}/src/github.com/Masterminds/sprig/v3"):
        text = text.replace("Masterminds/sprig\"", "Masterminds/sprig/v3\"")
    source = folder / "render.go"
    source.write_text(text)
    settings = os.environ | {"GO111MODULE": "off", "GOPATH": GOPATH, "GOCACHE": str(CHECKOUT / ".build/deployment-go")}
    run("go", "build", "-o", folder / "render", source, env=settings, cwd=folder)
    return folder / "render"


def laid(above, below):
    """As Helm lays values over those of the chart."""
    result = copy.deepcopy(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = laid(value, result[key]) if both else value
    return result


def used(chart, values):
    """Each value that a template names exists, and each that exists is named."""
    texts = "".join(path.read_text() for path in chart.glob("templates/**/*") if path.is_file())
    named = set(re.findall(r"\.Values\.([\w.]+)", texts))
    for path in named:
        part = values
        for key in path.rstrip(".").split("."):
            expect(isinstance(part, dict) and key in part, f"values.yaml has no {path}")
            part = part[key]
    for key in values:
        expect(any(path.split(".")[0] == key for path in named), f"no template uses the value {key}")


def same(root, objects):
    """The pods of the chart with its default values are those of the manifests."""
    folder = root / "deploy/kubernetes"
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    plain = [item for name in listed for item in yaml.safe_load_all((folder / name).read_text()) if item]

    def specs(items):
        result = {}
        for item in items:
            if item["kind"] in WORKLOADS:
                spec = copy.deepcopy(item["spec"]["template"]["spec"])
                spec["containers"][0].pop("image")
                spec["containers"][0].pop("imagePullPolicy", None)
                for spread in spec["topologySpreadConstraints"]:
                    spread.pop("labelSelector")
                result[item["kind"], item["metadata"]["name"]] = spec
            if item["kind"] == "ConfigMap":
                result[item["kind"], item["metadata"]["name"]] = item["data"]
        return result

    ours, theirs = specs(objects), specs(plain)
    for key in sorted(set(ours) | set(theirs)):
        expect(ours.get(key) == theirs.get(key), f"chart and manifests differ in {key}:\n{ours.get(key)}\n{theirs.get(key)}")
