"""A small HTTP client of the platform for the demo, the flow tests and scripts; standard library only."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

ANSWER_S = 30.0
FINISHED = frozenset({"succeeded", "failed", "cancelled"})

Json = dict[str, Any]


class AnswerError(Exception):
    """The platform answered with a problem; the text is its sentence, `problem` its body."""

    def __init__(self, status: int, problem: Json) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or problem}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: its status, its headers (any case) and its body read as JSON."""

    status: int
    headers: Mapping[str, str]
    body: Json


@dataclass(frozen=True, kw_only=True)
class Client:
    """Requests to one address, signed with `token` once there has been a login."""

    address: str
    token: str = ""

    def send(self, method: str, path: str, body: Json | None = None, **headers: str) -> Answer:
        """Send one request and read its answer.

        Raises
        ------
        AnswerError
            When the status is 400 or above.
        OSError
            When nobody answers.
        """
        data = None if body is None else json.dumps(body).encode()
        told = {
            "Accept": "application/json",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        told |= {"Content-Type": "application/json"} if data else {}
        told |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(self.address + path, data, told, method=method)  # noqa: S310 (http only)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
                return Answer(status=answer.status, headers=answer.headers, body=_read(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                raise AnswerError(error.code, _read(error.read())) from None

    def register(self, email: str, password: str, name: str) -> Json:
        return self.send(
            "POST", "/v1/auth/register", {"email": email, "password": password, "name": name}
        ).body

    def login(self, email: str, password: str) -> Client:
        """This client, from now on signed as the account."""
        answer = self.send("POST", "/v1/auth/login", {"email": email, "password": password})
        return replace(self, token=answer.body["access_token"])

    def request_plan(self, request: Json, **headers: str) -> str:
        """Ask for a plan; the path of its job."""
        return self.send("POST", "/v1/plans", request, **headers).headers["Location"]

    def finished_job(self, path: str, *, timeout_s: float) -> Json:
        """Poll a job until it is finished.

        Raises
        ------
        TimeoutError
            When it is not after `timeout_s`.
        """
        give_up = time.monotonic() + timeout_s
        pause_s = 0.02
        while (job := self.send("GET", path).body)["state"] not in FINISHED:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{path} is still {job['state']} after {timeout_s:.0f} s")
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 0.5)
        return job

    def plan(self, plan_id: str) -> Json:
        return self.send("GET", f"/v1/plans/{plan_id}").body

    def is_ready(self) -> bool:
        """Whether `/readyz` says 200."""
        try:
            return self.send("GET", "/readyz").status == 200
        except (AnswerError, OSError, http.client.HTTPException):
            return False


def _read(body: bytes) -> Json:
    try:
        read = json.loads(body) if body else {}
    except ValueError:
        return {"detail": body.decode(errors="replace")[:500]}
    return read if isinstance(read, dict) else {"items": read}
