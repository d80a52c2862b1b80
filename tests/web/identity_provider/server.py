"""A certified OpenID Connect provider as a process, and a proxy before it that can be slow or broken."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key

from operations.port import free_port
from tests.npm import installed

HERE = Path(__file__).parent
AUDIENCE = "https://reveille.example.mil"
CLIENTS = (
    "anna~default", "new~default", "ben~first-unit", "ben~second-unit", "ben~third-unit", "gone~gone-unit",
    "carl", "dora~nowhere", "olga~default~queue-crew,cooks",
)  # fmt: skip


def new_keys() -> list[dict[str, Any]]:
    """A JWK set of the provider's own, of all three algorithms."""
    rsa = jwt.algorithms.RSAAlgorithm.to_jwk(generate_rsa_key(65537, 2048), as_dict=True)
    p256 = jwt.algorithms.ECAlgorithm.to_jwk(generate_private_key(SECP256R1()), as_dict=True)
    ed25519 = jwt.algorithms.OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True)
    names = {"RS256": rsa, "ES256": p256, "EdDSA": ed25519}
    kept = {k: {n: v for n, v in key.items() if n != "key_ops"} for k, key in names.items()}
    return [
        {**key, "use": "sig", "alg": alg, "kid": f"{alg}-{os.urandom(4).hex()}"} for alg, key in kept.items()
    ]


@contextmanager
def provider_process(issuer: str, keys: Sequence[dict[str, Any]]) -> Iterator[int]:
    """The provider, calling itself `issuer`, on a port of this machine."""
    port = free_port("127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as folder:
        script = shutil.copy(HERE / "server.mjs", folder)
        Path(folder, "node_modules").symlink_to(installed(HERE) / "node_modules")
        command = ["node", script, issuer, str(port), json.dumps({"keys": list(keys)})]
        environ = {**os.environ, "CLIENTS": json.dumps(CLIENTS), "NODE_ENV": "production"}
        process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stdout is not None
            while (line := process.stdout.readline()) != "ready\n":
                assert line, "the identity provider did not start"
            yield port
        finally:
            process.terminate()
            process.communicate()


@dataclass
class Proxy:
    """What stands between the platform and the provider: passes on, or does what a test tells it to."""

    upstream: int = 0
    answer: bytes | None = None  # instead of the provider's: a whole HTTP answer, or what comes of one
    silent: bool = False  # holds the connection open and says no more
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fetches(self) -> int:
        return sum(path.endswith("openid-configuration") for path in self.asked)


@contextmanager
def proxy() -> Iterator[Proxy]:
    made = Proxy()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            if made.answer is not None:
                self.wfile.write(made.answer)
            elif not made.silent:
                self.pass_on(None)
            if made.silent:
                made.over.wait(30)
            self.close_connection = True

        def do_POST(self) -> None:
            self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))

        def pass_on(self, body: bytes | None) -> None:
            asked = urllib.request.Request(f"http://127.0.0.1:{made.upstream}{self.path}", data=body)
            for name, value in self.headers.items():
                asked.add_header(name, value)
            with urllib.request.urlopen(asked) as answer:
                data = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def token_of(
    issuer: str, client: str, *, alg: str = "RS256", life_s: int = 300, audience: str = AUDIENCE
) -> str:
    """An access token that the provider gives the client for `audience`."""
    told = {
        "grant_type": "client_credentials", "client_id": client, "client_secret": "secret",
        "resource": audience, "scope": "plans",
    }  # fmt: skip
    asked = urllib.request.Request(f"{issuer}/token", data=urllib.parse.urlencode(told).encode())
    for name, value in {"X-Alg": alg, "X-Life": str(life_s)}.items():
        asked.add_header(name, value)
    with urllib.request.urlopen(asked) as answer:
        token: str = json.load(answer)["access_token"]
    return token
