"""Two real web processes, and what stands before them: each configuration of deploy/edge, run as it is."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from string import Template

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from models.settings import Settings
from operations.port import free_port
from operations.procfile import PROJECT, commands, environment, run_release
from operations.stack.servers import Servers

EDGE = PROJECT / "deploy" / "edge"
PATIENCE_S = 60.0
CACHED, PRIVATE = "/.well-known/jwks.json", "/v1/plans"


@dataclass(frozen=True, kw_only=True)
class Got:
    """One answer of whatever listens at a port."""

    status: int
    headers: dict[str, str]  # names in small letters
    body: bytes


@dataclass
class Web:
    """One web process, which can be stopped and come back on its port."""

    port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {commands()['web']}"],
            env=self.environ,
            cwd=PROJECT,
            stdout=quiet,
            stderr=quiet,
        )
        eventually(lambda: get(self.port, "/readyz").status == 200)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def get(
    port: int, path: str, *, method: str = "GET", tls: bool = False, body: bytes | None = None, **headers: str
) -> Got:
    """One request on a connection of its own; header names with _ for -."""
    kind = HTTPSConnection if tls else HTTPConnection
    more = {"context": ssl._create_unverified_context()} if tls else {}
    connection = kind("127.0.0.1", port, timeout=30, **more)  # type: ignore[arg-type]
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = connection.getresponse()
        return Got(
            status=answer.status,
            headers={name.lower(): text for name, text in answer.getheaders()},
            body=answer.read(),
        )
    finally:
        connection.close()


def eventually(fact: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    """Ask for `fact` until it is true; a server that does not answer yet is not a fault."""
    give_up, tick = time.monotonic() + within_s, threading.Event()
    while True:
        try:
            if fact():
                return
        except (OSError, ssl.SSLError):
            pass
        assert time.monotonic() < give_up, "it did not come true in time"
        tick.wait(0.05)


@pytest.fixture(scope="session")
def webs(servers: Servers) -> Iterator[tuple[Web, Web]]:
    """Two web processes before one database."""
    made = []
    for _ in range(2):
        port = free_port("127.0.0.1", 0)
        environ = environment(servers, Settings(), host="127.0.0.1", port=port)
        run_release(commands()["release"], environ)
        made.append(Web(port, environ | {"REVEILLE_TRUSTED_PROXIES": "1", "REVEILLE_LOG_LEVEL": "error"}))
    yield made[0], made[1]
    for web in made:
        web.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of this machine's own, and its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "edge.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "edge.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / "edge.pem", folder / "edge.key"


def filled(template: str, folder: Path, **words: object) -> Path:
    """A configuration of deploy/edge with its words filled in, as envsubst does."""
    text = Template((EDGE / template).read_text()).safe_substitute(words)
    assert "${EDGE_" not in text, f"{template} has a word that nobody filled in"
    made = folder / template.removesuffix(".template")
    made.write_text(text)
    return made


def listening(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def is_open(folder: Path) -> Path:
    """Let servers that give up root write there."""
    folder.chmod(0o777)
    return folder
