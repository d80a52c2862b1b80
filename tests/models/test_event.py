"""What an event says, and that the row says the same."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from models.cluster import Cluster
from models.events.event import (
    FINAL,
    STATES,
    EventType,
    Order,
    event,
    event_text,
    order_of,
    present_event,
    read_event,
)
from models.events.events import TOLD
from models.jobs.finish import retry_later
from models.jobs.job import FINISHED, Job, JobState
from tests.models.endings import (
    PROBLEM,
    end_by_cancelling,
    end_in_failure,
    end_well,
    end_with_its_worker,
    new_job,
    take,
)
from tests.models.rows import add_member

ENDS = [end_well, end_in_failure, end_by_cancelling, end_with_its_worker]


@pytest.fixture
def told():
    """What the cluster's transactions tell, in the order of their commits."""
    return []


@pytest.fixture
def cluster(settings, told):
    ours = Cluster(settings, name="test", publish=told.extend)
    yield ours
    ours.close()


@pytest.fixture
def job_id(cluster, told):
    with cluster.control() as session:
        member = add_member(session)
    return new_job(cluster, member)


def row(cluster, job_id):
    with cluster.control() as session:
        return session.get_one(Job, job_id)


def names(told):
    return [str(each.type) for each in told]


def test_every_type_has_its_state_and_every_end_is_final():
    assert set(STATES) == set(EventType)
    assert {STATES[kind] for kind in FINAL} == FINISHED
    assert {kind for kind in EventType if STATES[kind] in FINISHED} == FINAL


@pytest.mark.parametrize("end", ENDS)
def test_what_is_told_last_is_what_the_row_says(cluster, told, job_id, end):
    assert present_event(row(cluster, job_id)).order == told[-1].order
    end(cluster, job_id)
    said = present_event(row(cluster, job_id))
    assert replace(said, at=told[-1].at, progress=told[-1].progress) == told[-1]
    assert told[-1].final


@pytest.mark.parametrize("end", ENDS)
def test_orders_rise_through_retries_to_the_end(cluster, told, job_id, end):
    held = take(cluster, job_id)
    assert present_event(row(cluster, job_id)).order == told[-1].order
    with cluster.control() as session:
        retry_later(session, held, PROBLEM, base_s=1e-6)
    assert present_event(row(cluster, job_id)).order == told[-1].order
    end(cluster, job_id)
    orders = [each.order for each in told]
    assert orders == sorted(set(orders))
    assert names(told)[:3] == ["queued", "started", "retrying"]


def test_a_failed_job_that_is_queued_again_goes_on_after_its_failure(cluster, job_id):
    end_in_failure(cluster, job_id)
    failed = present_event(row(cluster, job_id))
    with cluster.control() as session:
        back = {"state": JobState.QUEUED, "finished_at": None, "error": None}
        session.execute(update(Job).where(Job.id == job_id).values(back))
    assert present_event(row(cluster, job_id)).order > failed.order


def test_progress_rises_within_its_attempt(cluster, job_id):
    held = take(cluster, job_id)
    steps = [event(held, EventType.STARTED)]
    steps += [event(held, EventType.PROGRESS, progress=share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)]
    steps += [event(held, kind) for kind in (EventType.SUCCEEDED, EventType.RETRYING)]
    orders = [step.order for step in steps]
    assert orders[0] < orders[1] <= orders[2] < orders[3] < orders[4] <= orders[5] < orders[6] < orders[7]


def test_the_rows_progress_is_told_as_such(cluster, job_id):
    take(cluster, job_id)
    with cluster.control() as session:
        session.execute(update(Job).where(Job.id == job_id).values(progress=0.5))
    said = present_event(row(cluster, job_id))
    assert (said.type, said.progress, said.order) == (EventType.PROGRESS, 0.5, Order(1, 500))


def test_what_is_rolled_back_is_not_told(cluster, told, job_id):
    before = list(told)
    with pytest.raises(ZeroDivisionError), cluster.control() as session:
        session.info[TOLD] = [present_event(session.get_one(Job, job_id))]
        raise ZeroDivisionError
    assert told == before


@pytest.mark.parametrize("kind", list(EventType))
def test_an_event_is_read_as_it_was_written(cluster, job_id, kind):
    at = datetime(2026, 12, 1, 5, 0, 0, 123_000, tzinfo=UTC)
    more = {"plan_id": job_id} if kind == EventType.SUCCEEDED else {"problem": "/problems/x"}
    told = event(row(cluster, job_id), kind, at=at, **more)
    assert read_event(event_text(told)) == told
    assert json.loads(event_text(told))["at"] == "2026-12-01T05:00:00.123Z"


def test_an_event_is_json_whatever_its_problem_is_called(cluster, job_id):
    told = event(row(cluster, job_id), EventType.FAILED, problem='/problems/"\\\n\u2028')
    assert json.loads(event_text(told)) == {
        "id": str(told.order),
        "type": "failed",
        "job_id": str(told.job_id),
        "tenant_id": str(told.tenant_id),
        "member_id": str(told.member_id),
        "queue": "interactive",
        "state": "failed",
        "attempts": 0,
        "progress": 0.0,
        "at": told.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "plan_id": None,
        "problem": '/problems/"\\\n\u2028',
    }
    assert "\n" not in event_text(told)


def test_what_a_newer_version_adds_to_an_event_is_left_out(cluster, job_id):
    told = present_event(row(cluster, job_id))
    assert read_event(event_text(told)[:-1] + ',"colour":"red"}') == told


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "7", "not json", '{"id": "1-1"}'])
def test_what_is_no_event_is_refused(text):
    with pytest.raises(ValueError, match=r"event|Expecting"):
        read_event(text)


def test_an_event_of_an_unknown_type_is_refused(cluster, job_id):
    text = event_text(present_event(row(cluster, job_id))).replace('"type":"queued"', '"type":"paused"')
    with pytest.raises(ValueError, match="paused"):
        read_event(text)


def test_orders_compare_as_numbers():
    assert order_of("2-1002") < order_of("10-0") < order_of("10-9") < order_of("10-10")
    assert str(order_of("10-9")) == "10-9"


@pytest.mark.parametrize("text", ["", "1", "-", "1-", "-1", "a-1", "1-1-1", " 1-1", "1-1\n", "1234567890-1"])
def test_what_is_no_order_is_refused(text):
    with pytest.raises(ValueError, match="hyphen"):
        order_of(text)
