"""The same requests for those who prefer Locust: `locust -f deploy/locustfile.py --host http://…`.

Locust is a closed loop: a user waits for his plan before he asks for the next one, so that a slow platform is
asked less. What a platform bears is told by `reveille loadtest`, which asks whether it is answered or not.
"""

from __future__ import annotations

import itertools
import time
import uuid

from locust import HttpUser, between, task

POLL_S = 0.2
seeds = itertools.count()


class Member(HttpUser):
    """A member who asks for plans of both kinds, one after the other."""

    wait_time = between(1, 5)

    def on_start(self) -> None:
        """Register, and log in."""
        login = {"email": f"load-{uuid.uuid4().hex}@example.com", "password": f"{uuid.uuid4().hex}-Aa1"}
        self.client.post("/v1/auth/register", json={**login, "name": "Load"}).raise_for_status()
        token = self.client.post("/v1/auth/login", json=login).json()["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    @task
    def menu(self) -> None:
        """A week of meals."""
        self.plan("nutrition")

    @task
    def training(self) -> None:
        """Eight weeks of training."""
        self.plan("workout")

    def plan(self, kind: str) -> None:
        """Ask, wait for the plan, and report the whole time as a request of its own."""
        member = {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66}
        body = {"kind": kind, "seed": next(seeds), "member": member}
        began = time.perf_counter()
        asked = self.client.post("/v1/plans", json=body, headers={"Prefer": "wait=15"}, name=f"ask {kind}")
        state = "succeeded" if asked.status_code == 201 else self.end_of(asked.headers["Location"], kind)
        fault = None if state == "succeeded" else RuntimeError(f"the job {state}")
        self.environment.events.request.fire(
            request_type="PLAN", name=kind, response_time=1000 * (time.perf_counter() - began),
            response_length=0, exception=fault, context={},
        )  # fmt: skip

    def end_of(self, path: str, kind: str) -> str:
        """Poll a job that was not ready in time; its last state."""
        while (state := self.client.get(path, name=f"poll {kind}").json()["state"]) in ("queued", "running"):
            time.sleep(POLL_S)
        return str(state)
