"""The scale sub-resource, against an API server process that checks what it is asked."""

from __future__ import annotations

import datetime
import ipaddress
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from operations.autoscale.actuators import ScaleError
from operations.autoscale.kubernetes import Kubernetes, cluster_of
from operations.autoscale.policy import Policy
from operations.autoscale.signals import Count, Pool
from tests.operations.autoscale.api_server import TOKEN


def counted(client: Kubernetes) -> Count | None:
    with suppress(ScaleError):
        return client.count(Pool.INTERACTIVE)
    return None


SCALE = "/apis/apps/v1/namespaces/reveille/deployments/worker/scale"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "api-server")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "ca.crt", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


class ApiServer:
    def __init__(self, account: Path) -> None:
        certificate, key = self_signed(account)
        (account / "token").write_text(f"{TOKEN}\n")
        (account / "namespace").write_text("reveille")
        self.account = account
        command = [sys.executable, "-m", "tests.operations.autoscale.api_server", str(certificate), str(key)]
        self.process = subprocess.Popen(command, stdin=-1, stdout=-1, text=True)
        self.port = self.said().strip()

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def heard(self) -> tuple[str, str, str, int]:
        method, path, body, status = json.loads(self.said())
        return method, path, body, status

    def order(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.said() == "ordered\n"

    def client(self, timeout_s: float = 5.0) -> Kubernetes:
        environ = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": self.port}
        found = cluster_of(environ, self.account)
        assert found is not None
        return Kubernetes(found, Policy(), timeout_s)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    running = ApiServer(tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


def test_a_scale_is_read_and_changed_under_its_version(server: ApiServer) -> None:
    client = server.client()
    assert client.count(Pool.INTERACTIVE) == Count(wanted=1, live=1)
    client.scale(Pool.INTERACTIVE, 4)
    assert client.count(Pool.INTERACTIVE) == Count(wanted=4, live=4)
    assert server.heard() == ("GET", SCALE, "", 200)
    method, path, body, status = server.heard()
    assert (method, path, status) == ("PATCH", SCALE, 200)
    assert json.loads(body) == {"metadata": {"resourceVersion": "100"}, "spec": {"replicas": 4}}


def test_a_deployment_without_pods_is_none(server: ApiServer) -> None:
    client = server.client()
    client.scale(Pool.BATCH, 0)
    assert client.count(Pool.BATCH) == Count(wanted=0, live=0)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(server: ApiServer) -> None:
    client = server.client()
    client.count(Pool.INTERACTIVE)
    server.heard()
    server.order("touch worker")
    with pytest.raises(ScaleError, match="changed by somebody else"):
        client.scale(Pool.INTERACTIVE, 4)
    client.scale(Pool.INTERACTIVE, 4)  # looked at again
    assert client.count(Pool.INTERACTIVE) == Count(wanted=4, live=4)


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(server: ApiServer) -> None:
    client = server.client()
    server.order("answer 429 1")
    with pytest.raises(ScaleError, match="answered 429"):
        client.count(Pool.INTERACTIVE)
    began = time.monotonic()
    while time.monotonic() < began + 0.9:
        with pytest.raises(ScaleError, match="left alone for another"):
            client.count(Pool.INTERACTIVE)
    assert [server.heard()[3]] == [429]
    while (found := counted(client)) is None:
        pass
    assert found == Count(wanted=1, live=1)
    assert server.heard()[3] == 200


@pytest.mark.parametrize("order", ["answer 500", "answer 503", "garbage", "slow 1.5"])
def test_a_server_at_fault_is_told_of_and_left_alone(server: ApiServer, order: str) -> None:
    client = server.client(timeout_s=0.5)
    server.order(order)
    with pytest.raises(ScaleError, match="API server"):
        client.count(Pool.INTERACTIVE)
    with pytest.raises(ScaleError, match="left alone"):
        client.scale(Pool.INTERACTIVE, 4)


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "token"), (403, "get and patch"), (404, "deployment"), (422, "audit log")]
)
def test_a_refusal_says_what_to_do(server: ApiServer, status: int, remedy: str) -> None:
    client = server.client()
    server.order(f"answer {status}")
    with pytest.raises(ScaleError, match=remedy):
        client.count(Pool.INTERACTIVE)


def test_a_server_that_cannot_prove_who_it_is_gets_no_token(server: ApiServer, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    certificate, _ = self_signed(other)
    (server.account / "ca.crt").write_bytes(certificate.read_bytes())
    with pytest.raises(ScaleError, match="does not answer"):
        server.client().count(Pool.INTERACTIVE)


def test_outside_a_cluster_there_is_none(tmp_path: Path) -> None:
    assert cluster_of({}, tmp_path) is None
    assert cluster_of({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, tmp_path) is None
