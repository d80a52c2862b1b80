"""deploy/kubernetes: every object is one that a cluster takes, and every pod has the fewest rights."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from models.settings import PREFIX, Settings
from tests.deploy.manifests import KUBERNETES, OVERLAYS, documents, manifests_of, pods_of
from tests.npm import installed
from workers.__main__ import END_S

KEDA = Path(__file__).parent / "keda"
CORE_FILES = sorted(
    path
    for path in KUBERNETES.rglob("*.yaml")
    if path.name != "kustomization.yaml" and "keda.sh" not in path.read_text()
)
PODS = [(folder, name, pod) for folder in OVERLAYS for name, pod in pods_of(manifests_of(folder)).items()]


@pytest.mark.parametrize("path", CORE_FILES, ids=lambda path: str(path.relative_to(KUBERNETES)))
def test_objects_are_of_the_strict_schema(path: Path) -> None:
    validate = Path(sys.executable).with_name("kubernetes-validate")
    done = subprocess.run([validate, "--strict", path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("passed") == len(documents(path))


def test_every_file_is_applied_by_some_overlay() -> None:
    applied = {json.dumps(each, sort_keys=True) for folder in OVERLAYS for each in manifests_of(folder)}
    files = [p for p in KUBERNETES.rglob("*.yaml") if p.name != "kustomization.yaml"]
    written = {json.dumps(each, sort_keys=True) for path in files for each in documents(path)}
    assert written == applied


def keda_objects() -> list[dict[str, object]]:
    every = [each for folder in OVERLAYS for each in manifests_of(folder)]
    return [each for each in every if each["apiVersion"].startswith("keda.sh/")]


def test_scaled_objects_are_of_kedas_schema() -> None:
    assert {each["kind"] for each in keda_objects()} == {"ScaledObject", "ScaledJob"}
    assert check_keda(keda_objects()) == ""


def test_a_wrong_scaled_object_is_found() -> None:
    wrong = json.loads(json.dumps(keda_objects()[0]))
    del wrong["spec"]["scaleTargetRef"]
    assert "scaleTargetRef" in check_keda([wrong])


def check_keda(objects: list[dict[str, object]]) -> str:
    """What is wrong with objects of KEDA; an empty text if nothing."""
    command = ["node", str(KEDA / "check.mjs"), str(installed(KEDA))]
    done = subprocess.run(command, input=json.dumps(objects), check=False, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


@pytest.mark.parametrize(
    ("folder", "name", "pod"), PODS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_pods_may_do_no_more_than_they_must(folder: str, name: str, pod: dict[str, dict]) -> None:
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is ((folder, name) == ("autoscaler", "autoscaler"))
    for container in spec["containers"]:
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"]
        assert not rights["allowPrivilegeEscalation"]
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert set(container["resources"]) == {"requests", "limits"}


@pytest.mark.parametrize("folder", OVERLAYS)
def test_every_standing_process_has_a_probe_and_a_disruption_budget(folder: str) -> None:
    manifests = manifests_of(folder)
    standing = {m["metadata"]["name"]: m for m in manifests if m["kind"] == "Deployment"}
    budgets = {
        m["spec"]["selector"]["matchLabels"]["app"] for m in manifests if m["kind"] == "PodDisruptionBudget"
    }
    assert {"web", "worker", "worker-batch", "relay", "scheduler"} <= set(standing)
    assert set(standing) - {"autoscaler"} == budgets
    for deployment in standing.values():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert "livenessProbe" in container


@pytest.mark.parametrize("folder", OVERLAYS)
def test_a_worker_is_given_a_jobs_time_to_end(folder: str) -> None:
    """A job's deadline and what a worker adds to it; a shorter grace would kill what it has in hand."""
    pods = pods_of(manifests_of(folder))
    for name in pods.keys() & {"worker", "worker-batch", "plan"}:
        assert pods[name]["spec"]["terminationGracePeriodSeconds"] >= Settings().job_deadline_s + END_S


def test_what_scales_has_no_count_of_its_own() -> None:
    """An apply would set a written count back to it in the middle of a busy morning."""
    scaled = {"web", "worker", "worker-batch"}
    for each in manifests_of("base"):
        if each["kind"] == "Deployment" and each["metadata"]["name"] in scaled:
            assert "replicas" not in each["spec"]


def test_settings_are_settings() -> None:
    (told,) = (m["data"] for m in manifests_of("base") if m["kind"] == "ConfigMap")
    names = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
    assert {n.removesuffix("_FILE") for n in told if n.startswith(PREFIX)} <= names


def test_kustomizations_name_files_that_there_are() -> None:
    for path in KUBERNETES.rglob("kustomization.yaml"):
        for resource in yaml.safe_load(path.read_text())["resources"]:
            assert (path.parent / resource).exists()
