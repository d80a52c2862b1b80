"""The Kubernetes objects of deploy/kubernetes, as its kustomizations name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from operations.procfile import PROJECT

DEPLOY = PROJECT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
OVERLAYS = ("keda", "autoscaler", "scale-to-zero")

Manifest = dict[str, Any]


def manifests_of(folder: str) -> list[Manifest]:
    """Every object that the kustomization of `folder` applies, those of its bases first."""
    place = KUBERNETES / folder
    found: list[Manifest] = []
    for resource in yaml.safe_load((place / "kustomization.yaml").read_text())["resources"]:
        path = (place / resource).resolve()
        found += manifests_of(path.name) if path.is_dir() else documents(path)
    return found


def documents(path: Path) -> list[Manifest]:
    return list(yaml.safe_load_all(path.read_text()))


def pods_of(manifests: list[Manifest]) -> dict[str, Manifest]:
    """name → the pod that a Deployment, Job or ScaledJob makes."""
    named = {}
    for each in manifests:
        spec = each.get("spec", {})
        template = spec.get("template") or spec.get("jobTargetRef", {}).get("template")
        if template:
            named[each["metadata"]["name"]] = template
    return named
