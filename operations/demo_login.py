"""The account of `make run` and `make demo`: its password is random, made once for a data folder."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from operations.client import AnswerError, Client

EMAIL = "demo@example.com"


def demo_login(client: Client, folder: Path) -> tuple[str, str]:
    """E-mail and password of the demo account, which is registered when it is new."""
    path = folder / "demo-login.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["email"], kept["password"]
    password = secrets.token_urlsafe(15) + "-Aa1"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        json.dump({"email": EMAIL, "password": password}, file)
    try:
        client.register(EMAIL, password, "Demo member")
    except AnswerError:
        path.unlink()
        raise
    return EMAIL, password
