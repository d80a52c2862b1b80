"""The primary of a loaded platform dies and a replica is promoted: nothing that was accepted is lost."""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from operations.client import Client
from operations.demo_login import demo_login
from operations.running import Platform, running_platform
from operations.stack import postgres
from tests.conftest import ROOT_KEY
from tests.eventually import eventually
from tests.faults.plans import MEMBER, assert_one_plan_each
from tests.replicas.nodes import several_hosts
from tests.replicas.test_failover import fail_over, trio
from tests.replicas.test_reading import Nodes

__all__ = ["trio"]  # a fixture of this module too

BEFORE, AFTER = 10, 10  # accepted requests
BACK_S = 30.0  # from the promotion to the next accepted request, on a loaded machine
GAP_S = 0.05  # between two requests

pytestmark = pytest.mark.long


@pytest.fixture
def platform(trio: Nodes, tmp_path: Path) -> Iterator[Platform]:
    """A platform that knows all three servers, and reads from the two replicas."""
    told = {
        "DATABASE_URL": several_hosts(trio, postgres.DATABASE),
        "REPLICA_URLS": " ".join(f"main={node.url(postgres.DATABASE)}" for node in trio[1:]),
        "DATABASE_TIMEOUT_S": "2",
        "LEASE_S": "2",
        "ROOT_KEYS": ROOT_KEY,
    }
    environ = {**os.environ, **{f"REVEILLE_{name}": value for name, value in told.items()}}
    with running_platform(tmp_path / "data", "--batch-workers", "0", environ=environ) as running:
        yield running


@dataclass
class Load:
    """Requests one after the other, whatever is answered."""

    client: Client
    accepted: list[str] = field(default_factory=list)
    refused: list[tuple[int, str | None]] = field(default_factory=list)
    end: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        seed = 0
        while not self.end.wait(GAP_S):
            seed += 1
            self.ask(seed)

    def ask(self, seed: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(self.client.address).netloc, timeout=60)
        body = json.dumps({"kind": "nutrition", "seed": seed, "days": 3, "member": MEMBER})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.client.token}"}
        connection.request("POST", "/v1/plans", body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status == 202:
            self.accepted.append(answer.headers["Location"])
        else:
            self.refused.append((answer.status, answer.headers["Retry-After"]))


def test_no_accepted_job_is_lost_when_a_replica_is_promoted(platform: Platform, trio: Nodes) -> None:
    client = platform.client.login(*demo_login(platform.client, platform.data))
    load = Load(client)
    thread = threading.Thread(target=load.run)
    thread.start()
    try:
        eventually(lambda: len(load.accepted) >= BEFORE)
        fail_over(trio)
        promoted_at, before = time.monotonic(), len(load.accepted)
        eventually(lambda: len(load.accepted) > before)
        assert time.monotonic() < promoted_at + BACK_S
        eventually(lambda: len(load.accepted) >= before + AFTER)
    finally:
        load.end.set()
        thread.join()
    assert {status for status, _ in load.refused} <= {503}
    assert None not in {retry_after for _, retry_after in load.refused}
    assert_one_plan_each(client, load.accepted)
