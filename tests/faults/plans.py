"""Requests to a platform under faults, and what must have become of each."""

from __future__ import annotations

import http.client
import time

from operations.client import FINISHED, AnswerError, Client

PATIENCE_S = 120.0
AGAIN = (429, 503)  # asked too often, or a server is away: asked again
JOBS = 8
MEMBER = {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66}


def ask(client: Client, first_seed: int = 0, jobs: int = JOBS) -> list[str]:
    """Accepted requests: the paths of their jobs."""
    seeds = range(first_seed, first_seed + jobs)
    return [client.request_plan({"kind": "nutrition", "seed": n, "days": 3, "member": MEMBER}) for n in seeds]


def assert_one_plan_each(client: Client, jobs: list[str]) -> None:
    """Every job succeeds, through whatever the web answers meanwhile, and has made exactly one plan."""
    states = finished(client, jobs)
    assert set(states.values()) == {"succeeded"}
    made = [plan["job_id"] for plan in client.send("GET", "/v1/plans?limit=100").body["plans"]]
    asked = {path.rpartition("/")[2] for path in jobs}
    assert sorted(job_id for job_id in made if job_id in asked) == sorted(asked)


def finished(client: Client, jobs: list[str]) -> dict[str, str]:
    """The last states of the jobs, once each has one."""
    give_up = time.monotonic() + PATIENCE_S
    states = dict.fromkeys(jobs, "unknown")
    while not FINISHED.issuperset(states.values()):
        assert time.monotonic() < give_up, states
        open_jobs = [path for path in jobs if states[path] not in FINISHED]
        states |= {path: state_of(client, path) for path in open_jobs}
    return states


def state_of(client: Client, path: str) -> str:
    try:
        return client.send("GET", path).body["state"]
    except (OSError, http.client.HTTPException):
        return "unreachable"
    except AnswerError as error:
        if error.status not in AGAIN:
            raise
        return "unavailable"
