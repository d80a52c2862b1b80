"""The web process of the Procfile, on servers of its own, and somebody of every role who may call it.

There is no relay and no worker: whatever addresses and plans strangers ask for, nothing leaves this machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import create_engine, update

from models.access.account import Account, Role
from models.access.addresses import is_of
from models.cluster import Cluster, dialect_url
from models.members.member import Member
from models.migrations import migrate
from models.settings import Settings
from operations.client import Client
from operations.port import free_port
from operations.procfile import PROJECT, commands
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, read_request
from tests.web.people import PASSWORD
from tests.web.work import give_up, save, start

PATIENCE_S = 120.0
BODY = {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66}
MENU = {"kind": "nutrition", "days": 1}
TRAINING = {"kind": "workout", "weeks": 1}


@dataclass(frozen=True, kw_only=True)
class Served:
    """A web process that answers, a member's access token, and the key that signed it."""

    process: subprocess.Popen[bytes]
    client: Client
    cluster: Cluster
    token: str
    key: str

    @property
    def host(self) -> tuple[str, int]:
        host, _, port = self.client.address.rpartition("//")[2].partition(":")
        return host, int(port)

    def memory_bytes(self) -> int:
        """What the web process and its children hold, shared pages counted once for each."""
        parent = psutil.Process(self.process.pid)
        return sum(each.memory_info().rss for each in (parent, *parent.children(recursive=True)))


@contextmanager
def served(settings: Settings, folder: Path) -> Iterator[Served]:
    """Serve with `settings` for the block; the log is in `folder`."""
    engine = create_engine(dialect_url(settings.database_url))
    migrate(engine)
    engine.dispose()
    port = free_port("127.0.0.1", 0)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    own = {"PORT": str(port), "REVEILLE_HOST": "127.0.0.1", "PATH": path}
    cluster = Cluster(settings, name="attack")
    with (folder / "web.log").open("wb") as log:
        command = f"exec {commands()['web']}"
        environ = {**os.environ, **settings.environment(), **own}
        process = subprocess.Popen(command, shell=True, env=environ, cwd=PROJECT, stdout=log, stderr=log)
        try:
            client = Client(address=f"http://127.0.0.1:{port}")
            wait_until_ready(client, process)
            token = token_of(client, cluster, Role.MEMBER)
            yield Served(
                process=process, client=client, cluster=cluster, token=token, key=settings.signing_key
            )
        finally:
            process.terminate()
            process.wait()
            cluster.close()


def new_key() -> str:
    """A signing key as PEM text."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def wait_until_ready(client: Client, process: subprocess.Popen[bytes]) -> None:
    give_up_at = datetime.now(UTC) + timedelta(seconds=PATIENCE_S)
    while not client.is_ready():
        assert process.poll() is None, "the web process has ended"
        assert datetime.now(UTC) < give_up_at, "the web process does not get ready"
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue


@cache
def plan_of(kind: Kind) -> dict[str, Any]:
    """A real plan of the kind."""
    request = MENU if kind == Kind.NUTRITION else TRAINING
    return plan_json(make_plan(read_request({**request, "member": BODY}, datetime.now(UTC).date())))


def token_of(client: Client, cluster: Cluster, role: Role) -> str:
    """The access token of a new account with that role, in a unit, with a profile, plans and a failed job."""
    email = f"{role}-{uuid4().hex}@example.mil"
    account = client.register(email, PASSWORD, str(role))
    with cluster.control() as session:
        session.execute(update(Account).where(is_of(session, email)).values(role=role))
        session.execute(update(Member).where(Member.id == account["member_id"]).values(unit="3rd Platoon"))
    known = client.login(email, PASSWORD)
    known.send("PUT", "/v1/profile", BODY)
    for request in (MENU, TRAINING):
        job = start(cluster, known.request_plan(request).rpartition("/")[2])
        assert job is not None
        save(cluster, job, plan_of(job.kind))
    give_up(cluster, known.request_plan({**MENU, "seed": 8}).rpartition("/")[2])
    return known.token
