"""`Prefer: wait`: the answer holds until the plan is ready, within bounds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from models.cluster import Cluster
from models.jobs.job import Job, JobState
from tests.web.people import NUTRITION, Person, join
from tests.web.work import finish, give_up
from web.services import NAME


@contextmanager
def worker(cluster: Cluster, work: Callable[[Cluster, object], object]) -> Iterator[None]:
    """A thread that does `work` on every queued job until the block ends."""
    end = Event()

    def run() -> None:
        while not end.wait(0.01):
            with cluster.control() as session:
                queued = session.scalars(select(Job.id).where(Job.state == JobState.QUEUED)).all()
            for job_id in queued:
                work(cluster, job_id)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def test_a_plan_that_is_ready_in_time_is_the_answer(anna: Person, cluster: Cluster) -> None:
    with worker(cluster, finish):
        answer = anna.post("/v1/plans", NUTRITION, Prefer="wait=15")
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/v1/plans/{answer.json['id']}"
    assert answer.headers["Preference-Applied"] == "wait=15"
    read = anna.get(answer.headers["Location"])
    assert read.json == answer.json
    assert read.headers["ETag"] == answer.headers["ETag"]


def test_a_plan_that_is_not_ready_is_202(anna: Person) -> None:
    answer = anna.post("/v1/plans", NUTRITION, Prefer="wait=0")
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=0"


def test_a_job_that_failed_meanwhile_is_202_with_the_reason(anna: Person, cluster: Cluster) -> None:
    with worker(cluster, give_up):
        answer = anna.post("/v1/plans", NUTRITION, Prefer="wait=15")
    assert (answer.status_code, answer.json["state"]) == (202, "failed")
    assert answer.json["error"]["type"] == "/problems/infeasible"
    assert answer.json["error"]["any_one_of"] == [
        {"change": "budget_usd_per_day", "to": 9.4, "text": "raise it"}
    ]


@pytest.mark.parametrize(
    "prefer",
    [
        "wait=0",
        "wait=000",
        "respond-async, wait=0",
        'WAIT="0"',
        "wait = 0",
        ", wait=0,",
        "handling=strict, wait=0; x=y",
        'colour="blue, green", wait=0',
        "wait=0, wait=soon",
    ],
)
def test_the_preference_is_read_as_rfc_7240_writes_it(guest: Person, prefer: str) -> None:
    assert "Preference-Applied" in guest.post("/v1/plans", NUTRITION, Prefer=prefer).headers


@pytest.mark.parametrize(
    "prefer",
    [
        "",
        ",",
        "wait",
        "wait=",
        "wait=-1",
        "wait=+1",
        "wait=soon",
        "wait=1.5",
        "wait=1e3",
        'wait="1',
        "wait='1'",
        "wait=1 2",
        "wait=١",
        "await=1",
        "return=minimal",
        "strict; wait=1",
        'colour="blue, wait=1"',
        "wait=soon, wait=1",
    ],
)
def test_a_preference_that_cannot_be_read_is_ignored(guest: Person, prefer: str) -> None:
    answer = guest.post("/v1/plans", NUTRITION, Prefer=prefer)
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers


def test_the_wait_is_cut_to_the_setting(make_app: Callable[..., Flask]) -> None:
    anna = join(make_app(wait_most_s=0.05), "anna@example.mil")
    for seconds in ("1", "1000000", "99999999999", "9" * 5_000):
        answer = anna.post("/v1/plans", NUTRITION, Prefer=f"wait={seconds}")
        assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "wait=0.05")


def test_half_of_the_threads_never_wait(make_app: Callable[..., Flask]) -> None:
    app = make_app(web_threads=2)
    anna = join(app, "anna@example.mil")
    app.extensions[NAME].waiters.acquire()
    answer = anna.post("/v1/plans", NUTRITION, Prefer="wait=15")  # ends at once, or this test takes long
    assert answer.status_code == 202
