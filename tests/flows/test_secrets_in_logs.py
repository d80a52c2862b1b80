"""What the processes log at the level debug, searched for everything that must not be there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from operations.client import AnswerError, Client
from operations.demo import nutrition_request
from operations.demo_login import demo_login
from operations.running import running_platform

PATIENCE_S = 60.0
HEALTH = {"weight_kg": 81.375, "height_cm": 178.625}


def test_no_secret_and_no_health_data_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVEILLE_LOG_LEVEL", "debug")
    with running_platform(tmp_path / "data") as platform:
        email, password = demo_login(platform.client, platform.data)
        anybody = platform.client
        told = anybody.send("POST", "/v1/auth/login", {"email": email, "password": password}).body
        secrets = [email, password, told["access_token"], told["refresh_token"]]
        client = anybody.login(email, password)
        secrets.append(
            client.send("POST", "/v1/api-keys", {"name": "x", "scopes": ["plans:read"]}).body["key"]
        )
        secrets.append(
            client.send("POST", "/v1/webhooks", {"url": "https://hooks.example.mil/x"}).body["secret"]
        )
        secrets += refused(anybody, password)
        wanted = nutrition_request()
        job = client.request_plan({**wanted, "member": {**wanted["member"], **HEALTH}})
        assert client.finished_job(job, timeout_s=PATIENCE_S)["state"] == "succeeded"
        secrets.append((platform.data / "signing-key.pem").read_text().splitlines()[1])
        secrets.append((platform.data / "root-keys").read_text().strip())
    secrets += [str(figure) for figure in HEALTH.values()]
    logged = "".join(path.read_text(errors="replace") for path in (platform.data / "logs").iterdir())
    assert "http.request" in logged
    assert [secret for secret in secrets if secret in logged] == []
    assert not re.search(r"Bearer [A-Za-z0-9]|\$argon2|BEGIN PRIVATE|eyJ[A-Za-z0-9_-]{10}", logged)


def refused(anybody: Client, password: str) -> list[str]:
    """Requests that are refused, each with a secret in it; the secrets."""
    bodies = {
        "/v1/auth/login": {"email": "mallory@example.mil", "password": "guess-one-guess-one"},
        "/v1/auth/refresh": {"refresh_token": "guess-two-guess-two"},
        "/v1/auth/register": {"email": "no address", "password": "guess-three-guess", "name": "x"},
        "/v1/auth/logout?token=guess-four-guess": {"refresh_token": "guess-five-guess-five"},
    }
    for path, body in bodies.items():
        with pytest.raises(AnswerError):
            anybody.send("POST", path, body)
    return ["mallory@example.mil", *re.findall(r"guess-[a-z]+-guess[a-z-]*", str(bodies))]
