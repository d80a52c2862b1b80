"""The scale of Kubernetes deployments, by the API server of the cluster that this process runs in.

A change names the resource version that was read: when somebody else changed the scale meanwhile, the
server answers 409 and nothing is overwritten. After 429 it is left alone for as long as it asks for, after a
fault for a pause that doubles. A pod that is too many gets SIGTERM and its grace period to drain in.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.autoscale.actuators import ScaleError
from operations.autoscale.policy import Policy
from operations.autoscale.signals import PROCESS, Count, Pool

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TIMEOUT_S = 5.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0
MOST_ASKED_S = 300.0  # longest pause that a server is granted


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where the API server is, and who this process is to it."""

    address: str
    namespace: str
    token_file: Path
    authority: Path | None  # certificates that the server's is checked by


def cluster_of(environ: Mapping[str, str], account: Path = ACCOUNT) -> Cluster | None:
    """The cluster that this process runs in, if it runs in one."""
    host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host or not (account / "token").exists():
        return None
    named = f"[{host}]" if ":" in host else host
    namespace = (account / "namespace").read_text(encoding="utf-8").strip()
    return Cluster(
        address=f"https://{named}:{port}", namespace=namespace, token_file=account / "token",
        authority=account / "ca.crt",
    )  # fmt: skip


class Kubernetes:
    """The scale sub-resource of one deployment for each pool."""

    def __init__(self, cluster: Cluster, policy: Policy, timeout_s: float = TIMEOUT_S) -> None:
        self._cluster = cluster
        self._policy = policy
        self._timeout_s = timeout_s
        self._versions: dict[Pool, str] = {}  # that were read last
        self._rests_until = 0.0
        self._pause_s = FIRST_PAUSE_S

    def count(self, pool: Pool) -> Count | None:
        """As the deployment's scale has it; a pod that drains is no longer counted by the server."""
        told = self._ask("GET", pool)
        try:
            self._versions[pool] = str(told["metadata"]["resourceVersion"])
            wanted, live = int(told["spec"].get("replicas", 0)), int(told["status"].get("replicas", 0))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise ScaleError(f"the scale of {self._name(pool)} is not as it should be: {told}") from error
        return Count(wanted=wanted, live=live)

    def scale(self, pool: Pool, number: int) -> None:
        """Set the replicas, if the scale is still as it was counted."""
        if pool not in self._versions:
            self.count(pool)
        version = self._versions.pop(pool)
        body = {"metadata": {"resourceVersion": version}, "spec": {"replicas": number}}
        self._ask("PATCH", pool, body)

    def _ask(self, method: str, pool: Pool, body: dict[str, Any] | None = None) -> dict[str, Any]:
        left_s = self._rests_until - time.monotonic()
        if left_s > 0:
            raise ScaleError(f"the API server is left alone for another {left_s:.0f} s")
        try:
            with self._open(self._request(method, pool, body)) as answer:
                told = json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(method, pool, error) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._rest(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            raise ScaleError(f"the API server does not answer: {error}") from error
        self._pause_s = FIRST_PAUSE_S
        return dict(told)

    def _refused(self, method: str, pool: Pool, error: urllib.error.HTTPError) -> ScaleError:
        name = self._name(pool)
        if error.code == 409:
            return ScaleError(f"the scale of {name} was changed by somebody else: it is looked at again")
        if error.code == 429 or error.code >= 500:
            asked_s = _seconds(error.headers.get("Retry-After"))
            self._rest(self._pause_s if asked_s is None else min(asked_s, MOST_ASKED_S))
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            return ScaleError(f"the API server answered {error.code} to {method} of the scale of {name}")
        remedy = {
            401: "is the service account's token mounted?",
            403: "its role must allow get and patch of deployments/scale",
            404: "is the deployment there, and named in the policy?",
        }.get(error.code, "see its audit log")
        refused = f"the API server answered {error.code} to {method} of the scale of {name}"
        return ScaleError(f"{refused}: {remedy}")

    def _request(self, method: str, pool: Pool, body: dict[str, Any] | None) -> urllib.request.Request:
        path = f"/apis/apps/v1/namespaces/{self._cluster.namespace}/deployments/{self._name(pool)}/scale"
        token = self._cluster.token_file.read_text(encoding="utf-8").strip()  # it is renewed every hour
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        data = None
        if body is not None:
            headers["Content-Type"] = "application/merge-patch+json"
            data = json.dumps(body).encode()
        return urllib.request.Request(  # noqa: S310 (an address of the cluster)
            self._cluster.address + path, data, headers, method=method
        )

    def _open(self, request: urllib.request.Request) -> Any:
        context = None
        if self._cluster.authority is not None:
            context = ssl.create_default_context(cafile=str(self._cluster.authority))
        return urllib.request.urlopen(request, timeout=self._timeout_s, context=context)  # noqa: S310

    def _name(self, pool: Pool) -> str:
        return self._policy.pools[pool].deployment or PROCESS[pool]

    def _rest(self, seconds: float) -> None:
        self._rests_until = time.monotonic() + seconds


def _seconds(text: str | None) -> float | None:
    """The seconds that Retry-After asks for; None where it says none, or a date."""
    return float(text) if text is not None and text.isdecimal() else None
