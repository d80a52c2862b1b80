"""A chunk that is lost again and again is cut until one member is left, and counted right all the way."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from models.errors import Conflict
from models.ids import new_id
from models.jobs.claim import claim
from models.jobs.dead import retry
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.rescue import LOST
from models.nights.batch import BatchState
from models.nights.bisect import BAD, divide
from models.nights.chunk import range_of
from models.nights.control import cancel_batch, pause_batch, resume_batch
from models.nights.failure import BatchFailure
from tests.models.nights import batch_row, counts, lose, queued_chunks, start
from tests.models.rows import add_member

MEMBERS = 5


@pytest.fixture
def members(cluster):
    with cluster.control() as session:
        return [add_member(session).id for _ in range(MEMBERS)]


def row(cluster, job_id):
    with cluster.control() as session:
        return session.get_one(Job, job_id)


def sizes(cluster):
    return [range_of(row(cluster, job_id).request).members for job_id in queued_chunks(cluster)]


def open_owed(cluster):
    with cluster.control() as session:
        return set(session.scalars(select(Outbox.job_id)))


def test_chunk_that_was_lost_once_is_tried_again_whole(cluster, settings, members):
    start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    assert lose(cluster, chunk) == {"rescued": 1, "abandoned": 0}
    assert sizes(cluster) == [MEMBERS]
    assert open_owed(cluster) == {chunk}


def test_chunk_that_was_lost_twice_is_cut_in_two(cluster, settings, members):
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    lose(cluster, chunk)
    lose(cluster, chunk)
    assert sorted(sizes(cluster)) == [2, 3]
    assert batch_row(cluster, batch_id).chunks_left == 2
    assert open_owed(cluster) == set(queued_chunks(cluster))
    ranges = sorted(range_of(row(cluster, c).request).after for c in queued_chunks(cluster))
    assert ranges[1] == sorted(members)[1]


def test_halves_are_cut_with_their_next_loss_until_one_member_is_a_dead_letter(cluster, settings, members):
    poison = sorted(members)[3]
    batch_id = start(cluster, settings)
    abandoned = losses = 0
    while not abandoned:
        chunk = next(c for c in queued_chunks(cluster) if holds(cluster, c, poison))
        abandoned += lose(cluster, chunk)["abandoned"]
        losses += 1
    # Twice whole, then 3 and 2 of the 5, then the 1 of 2 or 3; that one is tried twice.
    assert losses <= 2 + 2 + 2
    with cluster.control() as session:
        (failure,) = session.scalars(select(BatchFailure)).all()
    assert (failure.member_id, failure.problem["type"]) == (poison, "/problems/worker-lost")
    assert counts(cluster, batch_id) == {"failed": 1}
    assert sum(sizes(cluster)) == MEMBERS - 1
    assert batch_row(cluster, batch_id).chunks_left == len(queued_chunks(cluster))


def holds(cluster, chunk, member_id):
    part = range_of(row(cluster, chunk).request)
    return part.after < member_id <= part.upto


def test_batch_whose_last_chunk_was_given_up_is_finished_and_can_be_resumed(cluster, settings):
    with cluster.control() as session:
        member_id = add_member(session).id
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    for _ in range(3):
        lose(cluster, chunk)
    assert row(cluster, chunk).state == JobState.FAILED
    assert batch_row(cluster, batch_id).state == BatchState.FINISHED
    with cluster.control() as session, pytest.raises(Conflict, match=str(batch_id)):
        retry(session, chunk, by="test")
    with cluster.control() as session:
        assert resume_batch(session, batch_id, by="test") == 1
        assert session.get(BatchFailure, (batch_id, member_id)) is None
    batch = batch_row(cluster, batch_id)
    assert (batch.state, batch.chunks_left, batch.failed) == (BatchState.RUNNING, 1, 0)
    assert queued_chunks(cluster) == [chunk]


@pytest.mark.parametrize(
    "request_", [{}, {"after": 5, "upto": 6, "members": 1}, {"after": "x", "upto": "y", "members": 1}, [1]]
)
def test_chunk_that_names_no_members_is_a_dead_letter_and_the_others_go_on(
    cluster, settings, members, request_
):
    batch_id = start(cluster, replace(settings, chunk_members=2))
    bad, *others = queued_chunks(cluster)
    change(cluster, bad, request=request_)
    assert lose(cluster, bad, *others) == {"rescued": len(others), "abandoned": 1}
    dead = row(cluster, bad)
    assert (dead.state, dead.error["type"]) == (JobState.FAILED, BAD)
    assert "its request must be" in dead.history[-1]["problem"]["detail"]
    assert queued_chunks(cluster) == others
    assert batch_row(cluster, batch_id).chunks_left == len(others)
    with cluster.control() as session, pytest.raises(Conflict, match="none of its chunks was given up"):
        resume_batch(session, batch_id, by="test")
    assert row(cluster, bad).state == JobState.FAILED


def test_chunk_whose_batch_is_gone_is_a_dead_letter_and_the_others_go_on(cluster, settings, members):
    start(cluster, replace(settings, chunk_members=2))
    bad, *others = queued_chunks(cluster)
    change(cluster, bad, batch_id=new_id(0))
    assert lose(cluster, bad, *others) == {"rescued": len(others), "abandoned": 1}
    assert "is gone" in row(cluster, bad).error["detail"]
    assert queued_chunks(cluster) == others


def test_worker_gives_a_chunk_that_makes_no_sense_up_at_once(cluster, settings, members):
    start(cluster, settings)
    (bad,) = queued_chunks(cluster)
    change(cluster, bad, request={})
    with cluster.control() as session:
        (held,) = claim(session, [bad], worker="w", lease_s=60.0).values()
    with cluster.control() as session:
        divide(session, held, LOST)
    assert row(cluster, bad).error["type"] == BAD


def change(cluster, job_id, **values):
    with cluster.control() as session:
        session.execute(update(Job).where(Job.id == job_id).values(values))


def test_batch_that_is_started_once_more_leaves_no_chunk_of_before(cluster, settings):
    with cluster.control() as session:
        add_member(session)
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    for _ in range(3):
        lose(cluster, chunk)
    assert start(cluster, settings) == batch_id
    assert (counts(cluster, batch_id), batch_row(cluster, batch_id).chunks_left) == ({}, 1)
    with cluster.control() as session:
        assert session.get(Job, chunk) is None
        assert session.scalars(select(BatchFailure)).all() == []


def test_paused_batch_starts_no_chunk_until_it_is_resumed(cluster, settings, members):
    batch_id = start(cluster, replace(settings, chunk_members=2))
    chunks = queued_chunks(cluster)
    with cluster.control() as session:
        pause_batch(session, batch_id, by="test")
    assert open_owed(cluster) == set()
    with cluster.control() as session:
        assert claim(session, chunks, worker="w", lease_s=60.0) == {}
    with cluster.control() as session:
        resume_batch(session, batch_id, by="test")
    assert open_owed(cluster) == set(chunks)
    with cluster.control() as session:
        assert set(claim(session, chunks, worker="w", lease_s=60.0)) == set(chunks)


def test_cancelled_batch_has_no_open_chunk_and_can_be_started_once_more(cluster, settings, members):
    batch_id = start(cluster, replace(settings, chunk_members=2))
    with cluster.control() as session:
        cancel_batch(session, batch_id, by="test")
    assert (queued_chunks(cluster), open_owed(cluster)) == ([], set())
    assert batch_row(cluster, batch_id).state == BatchState.CANCELLED
    with cluster.control() as session, pytest.raises(Conflict, match="cancelled: start it once more"):
        resume_batch(session, batch_id, by="test")
    assert start(cluster, settings) == batch_id
    assert batch_row(cluster, batch_id).state == BatchState.RUNNING
    assert sizes(cluster) == [MEMBERS]


def test_batch_that_runs_is_not_started_a_second_time(cluster, settings, members):
    assert start(cluster, settings) == start(cluster, settings, forced=True)
    assert sizes(cluster) == [MEMBERS]
