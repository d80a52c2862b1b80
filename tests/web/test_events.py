"""A job's events over HTTP: told at once, resumed, and right in the end whatever Redis loses."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from models.cluster import Cluster
from models.events.event import EventType, Order, event, order_of
from models.events.events import FIELD, stream_of, tell
from models.events.publisher import Publisher
from models.jobs.claim import Claim
from models.jobs.finish import retry_later
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.redis import connect
from models.settings import Settings
from tests.web.people import NUTRITION, Person, join
from tests.web.sse import Stream, Told
from tests.web.work import INFEASIBLE, finish, give_up, save, start
from web.events import CROWDED_RETRY_MS, NEXT_MS, RETRY_MS
from web.services import NAME

NEVER_LOOKS = {"event_look_s": 60.0, "event_stream_s": 60.0}  # what arrives was heard
LOOKS_OFTEN = {"event_look_s": 0.05, "event_stream_s": 60.0}


@pytest.fixture
def telling(settings: Settings) -> Iterator[Cluster]:
    """A cluster whose transactions are published, as in a worker."""
    publisher = Publisher(connect(settings))
    ours = Cluster(settings, name="test", publish=publisher.publish)
    yield ours
    ours.close()
    publisher.close()


@pytest.fixture
def member(make_app: Callable[..., Flask]) -> Callable[..., Person]:
    """Anna, on an application with some settings changed."""
    return lambda **changes: join(make_app(**changes), "anna@example.mil")


def ask(person: Person) -> str:
    return str(person.post("/v1/plans", NUTRITION).json["id"])


def listen(person: Person, job_id: str, after: str | None = None) -> Stream:
    headers = {"Last-Event-ID": after} if after else {}
    return Stream(person.send("GET", f"/v1/jobs/{job_id}/events", headers))


def put_back(cluster: Cluster, held: Claim) -> None:
    """Let the attempt fail, and the next one be due at once."""
    with cluster.control() as session:
        retry_later(session, held, INFEASIBLE, base_s=1e-6)


def names(told: list[Told]) -> list[str | None]:
    return [each.event for each in told]


def test_a_listener_hears_every_step_until_the_end(member: Callable[..., Person], telling: Cluster) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    heard = [stream.next()]
    first = start(telling, job_id)
    heard.append(stream.next())
    put_back(telling, first)
    heard.append(stream.next())
    second = start(telling, job_id)
    heard.append(stream.next())
    plan_id = save(telling, second)
    heard += stream.rest()
    assert names(heard) == ["queued", "started", "retrying", "started", "succeeded"]
    assert [each.data["state"] for each in heard] == ["queued", "running", "queued", "running", "succeeded"]
    assert [each.data["attempts"] for each in heard] == [0, 1, 1, 2, 2]
    assert heard[2].data["problem"] == "/problems/infeasible"
    assert heard[4].data["plan_id"] == str(plan_id)
    orders = [order_of(each.id) for each in heard]
    assert orders == sorted(set(orders))


def test_an_event_names_its_job_member_and_tenant(member: Callable[..., Person]) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    told = listen(anna, job_id).next()
    assert told.id == told.data["id"] == "0-1002"
    assert told.event == told.data["type"] == "queued"
    assert (told.data["job_id"], told.data["member_id"]) == (job_id, str(anna.member_id))
    assert told.data["at"] == anna.get(f"/v1/jobs/{job_id}").json["queued_at"]
    assert UUID(told.data["tenant_id"])


def test_a_failed_job_ends_the_stream_with_the_problems_type(
    member: Callable[..., Person], telling: Cluster
) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    give_up(telling, job_id)
    last = stream.rest()[-1]
    assert (last.event, last.data["problem"]) == ("failed", "/problems/infeasible")


def test_a_cancelled_job_ends_the_stream(member: Callable[..., Person]) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.next().event == "queued"
    anna.delete(f"/v1/jobs/{job_id}")
    assert names(stream.rest()) == ["cancelled"]


def test_the_end_of_a_finished_job_is_told_at_once(member: Callable[..., Person], cluster: Cluster) -> None:
    anna = member(event_streams=0, **NEVER_LOOKS)
    job_id = ask(anna)
    finish(cluster, job_id)
    assert names(listen(anna, job_id).rest()) == ["succeeded"]


def test_who_has_the_last_event_is_told_to_stay_away(member: Callable[..., Person], cluster: Cluster) -> None:
    anna = member()
    job_id = ask(anna)
    finish(cluster, job_id)
    last = listen(anna, job_id).next().id
    answer = anna.get(f"/v1/jobs/{job_id}/events", Last_Event_ID=last)
    assert (answer.status_code, answer.data) == (204, b"")


def test_who_comes_again_is_told_each_missed_step_once(
    member: Callable[..., Person], telling: Cluster
) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    watcher = listen(anna, job_id)  # shows that everything was published
    assert watcher.settle().event == "queued"
    first = start(telling, job_id)
    stream = listen(anna, job_id)
    assert (last := stream.next()).event == "started"
    stream.close()
    put_back(telling, first)
    save(telling, start(telling, job_id))
    assert names(watcher.rest()) == ["started", "retrying", "started", "succeeded"]
    assert names(listen(anna, job_id, after=last.id).rest()) == ["retrying", "started", "succeeded"]


def test_who_comes_again_to_an_unchanged_job_is_told_nothing_twice(
    member: Callable[..., Person], telling: Cluster
) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    first = listen(anna, job_id)
    again = listen(anna, job_id, after=first.settle().id)
    assert next(iter(again)).retry == RETRY_MS
    finish(telling, job_id)
    assert names(again.rest()) == ["started", "succeeded"]


def test_events_that_were_never_published_end_right_by_the_row(
    member: Callable[..., Person], cluster: Cluster
) -> None:
    anna = member(**LOOKS_OFTEN)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.next().event == "queued"
    plan_id = finish(cluster, job_id)  # as if its worker died between the commit and the publishing
    (last,) = stream.rest()
    assert (last.event, last.data["plan_id"]) == ("succeeded", str(plan_id))


def test_a_publisher_that_is_killed_after_the_commit_costs_only_time(
    member: Callable[..., Person], settings: Settings
) -> None:
    anna = member(**LOOKS_OFTEN)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.next().event == "queued"
    code = (
        "import os, signal, sys\n"
        "from models.cluster import Cluster\n"
        "from models.settings import Settings\n"
        "from tests.web.work import finish\n"
        "die = lambda events: os.kill(os.getpid(), signal.SIGKILL) if events[-1].final else None\n"
        "finish(Cluster(Settings.from_environment(os.environ), name='x', publish=die), sys.argv[1])\n"
    )
    died = subprocess.run([sys.executable, "-c", code, job_id], env=settings.environment(), check=False)
    assert died.returncode == -signal.SIGKILL
    assert names(stream.rest())[-1] == "succeeded"


def test_a_stream_goes_on_when_redis_is_wiped_under_it(
    member: Callable[..., Person], telling: Cluster, settings: Settings
) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.next().event == "queued"
    held = start(telling, job_id)
    assert (last := stream.next()).event == "started"
    with connect(settings) as client:
        client.flushall()
    save(telling, held)
    assert names(stream.rest()) == ["succeeded"]
    # What a wiped stream no longer has is told from the row.
    with connect(settings) as client:
        client.flushall()
    assert names(listen(anna, job_id, after=last.id).rest()) == ["succeeded"]


def test_a_stream_ends_right_without_any_redis(member: Callable[..., Person], cluster: Cluster) -> None:
    anna = member(redis_url="unix:///nowhere.sock", **LOOKS_OFTEN)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.next().event == "queued"
    finish(cluster, job_id)
    assert names(stream.rest()) == ["succeeded"]


def test_a_false_end_in_redis_is_not_believed(member: Callable[..., Person], telling: Cluster) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.settle().event == "queued"
    with telling.control() as session:
        false = event(session.get_one(Job, UUID(job_id)), EventType.FAILED, problem="/problems/false")
        tell(session, [replace(false, order=Order(9, 1001))])
    start(telling, job_id)
    assert stream.next().event == "started"
    anna.delete(f"/v1/jobs/{job_id}")
    assert names(stream.rest()) == ["cancelled"]


def test_an_event_of_a_newer_version_makes_the_listener_look(
    member: Callable[..., Person], cluster: Cluster, settings: Settings
) -> None:
    anna = member(**NEVER_LOOKS)
    job_id = ask(anna)
    stream = listen(anna, job_id)
    assert stream.next().event == "queued"
    finish(cluster, job_id)
    with connect(settings) as client:
        entry = {FIELD: f'{UUID(job_id).hex} {{"type": "new"}}'}
        client.xadd(stream_of(QueueName.INTERACTIVE), entry)
    assert names(stream.rest()) == ["succeeded"]


def test_a_stream_ends_after_its_time_and_is_taken_up_again(
    member: Callable[..., Person], cluster: Cluster
) -> None:
    anna = member(event_stream_s=0.1)
    job_id = ask(anna)
    told = list(listen(anna, job_id))
    assert (told[0].retry, told[1].event, told[-1].retry) == (RETRY_MS, "queued", NEXT_MS)
    finish(cluster, job_id)
    assert names(listen(anna, job_id, after=told[1].id).rest()) == ["succeeded"]


def test_a_silent_stream_shows_that_it_is_alive(member: Callable[..., Person]) -> None:
    anna = member(**LOOKS_OFTEN)
    stream = listen(anna, ask(anna))
    assert stream.next().event == "queued"
    assert next(iter(stream)).comment


def test_beyond_the_cap_the_present_state_is_told_at_once(
    member: Callable[..., Person], cluster: Cluster
) -> None:
    anna = member(event_streams=1, **NEVER_LOOKS)
    job_id = ask(anna)
    held = listen(anna, job_id)
    crowded = list(listen(anna, job_id))
    assert CROWDED_RETRY_MS[0] <= crowded[0].retry <= CROWDED_RETRY_MS[1]
    assert names(crowded[1:]) == ["queued"]
    again = list(listen(anna, job_id, after=crowded[1].id))
    assert names(again) == [None, None]
    start(cluster, job_id)
    assert names(listen(anna, job_id, after=crowded[1].id).rest()) == ["started"]
    held.close()
    assert next(iter(listen(anna, job_id))).retry == RETRY_MS


def test_a_head_request_holds_no_place(member: Callable[..., Person]) -> None:
    anna = member(event_streams=1, **NEVER_LOOKS)
    path = f"/v1/jobs/{ask(anna)}/events"
    for _ in range(2):
        answer = anna.send("HEAD", path)
        assert (answer.status_code, answer.data) == (200, b"")
        answer.close()  # as a server does after every answer
    assert next(iter(Stream(anna.get(path)))).retry == RETRY_MS


def test_streams_never_take_more_than_half_of_the_threads(make_app: Callable[..., Flask]) -> None:
    found = make_app(web_threads=8, event_streams=100).extensions[NAME]
    assert [found.streams.acquire(blocking=False) for _ in range(5)] == [True] * 4 + [False]
    assert [found.waiters.acquire(blocking=False) for _ in range(3)] == [True] * 2 + [False]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "1-2-3", "1-2 ", "1.0-1", "1234567890-1", "٣-١"])
def test_a_last_event_id_that_is_none_of_ours_is_refused(guest: Person, after: str) -> None:
    headers = {"Last-Event-ID": after.encode().decode("latin-1")}
    answer = guest.send("GET", f"/v1/jobs/{ask(guest)}/events", headers)
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-header")


def test_the_stream_may_not_be_stored_or_held_back(guest: Person) -> None:
    answer = guest.get(f"/v1/jobs/{ask(guest)}/events")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    answer.close()
