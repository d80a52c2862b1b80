"""A move takes everything along, loses nothing and doubles nothing, wherever it is interrupted."""

import threading
from collections import Counter
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import func, select, text

from models.cluster import Cluster
from models.errors import Conflict, Unavailable
from models.ids import new_id
from models.jobs.claim import claim
from models.jobs.finish import retry_later
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.members.logs import write_entry
from models.members.member import Member
from models.members.weight_log import WeightLog
from models.shards.add import add_shard
from models.shards.move import MoveState, ShardMove
from models.shards.moving import Step, give_up, move, running_move
from models.shards.rows import MAIN
from models.shards.verify import see_shards
from tests.models.rows import add_job, default_tenant
from tests.shards.conftest import OTHER
from tests.shards.full import PROBLEM, everything, full_member, rows_on
from tests.shards.placing import member_in


class Interrupted(Exception):
    """What ends a move in these tests."""


def interrupting(at: Step):
    def follow(step: Step) -> None:
        if step == at:
            raise Interrupted

    return follow


@pytest.fixture
def east(cluster: Cluster) -> str:
    add_shard(cluster, OTHER)
    return OTHER


def assert_right(cluster: Cluster) -> None:
    assert [fault for shard in see_shards(cluster, closely=True) for fault in shard.faults] == []


def test_a_move_takes_every_row_along_and_leaves_none(cluster: Cluster, east: str) -> None:
    moving, staying = [full_member(cluster, bucket) for bucket in (0, 1, 63, 64)], full_member(cluster, 2)
    before = everything(cluster, [*moving, staying])
    done = move(cluster, [0, 1, 63, 64], east, by="test")
    assert everything(cluster, [*moving, staying]) == before
    assert (done.buckets, done.members, len(done.pauses_s)) == (4, 4, 2)  # 64 is of another lock
    assert max(done.pauses_s) < 1.0
    assert rows_on(cluster, MAIN) == sum(map(len, everything(cluster, [staying]).values()))
    assert_right(cluster)


@pytest.mark.parametrize("step", list(Step))
def test_a_move_interrupted_at_any_step_is_ended_by_running_it_again(
    cluster: Cluster, east: str, step: Step
) -> None:
    members = [full_member(cluster, bucket) for bucket in (0, 64)]
    with pytest.raises(Interrupted):
        move(cluster, [0, 64], east, by="test", follow=interrupting(step))
    served = 0
    for member_id in members:  # whoever writes meanwhile is served, or told to come again
        with suppress(Unavailable), cluster.write(member_id) as session:
            add_job(session, session.get(Member, member_id), seed=99)
            served += 1
    assert served == (1 if step in (Step.DISOWNED, Step.ARRIVED) else 2)
    move(cluster, [0, 64], east, by="test")
    there = everything(cluster, members)
    assert (len(there["member"]), len(there["job"])) == (2, 8 + served)
    assert rows_on(cluster, MAIN) == 0
    assert rows_on(cluster, east) == sum(map(len, there.values()))
    assert running_move(cluster) is None
    assert_right(cluster)


def test_what_was_copied_before_an_interrupt_and_changed_after_it_is_as_it_is_now(
    cluster: Cluster, east: str
) -> None:
    member_id = full_member(cluster, 5)
    with pytest.raises(Interrupted):
        move(cluster, [5], east, by="test", follow=interrupting(Step.KEPT_ASIDE))
    with cluster.write(member_id) as session:
        session.execute(text("DELETE FROM weight_log"))
        session.execute(text("UPDATE member SET unit = 'another'"))
    before = everything(cluster, [member_id])
    move(cluster, [5], east, by="test")
    assert everything(cluster, [member_id]) == before


def test_a_running_job_is_kept_by_its_worker_through_a_move(cluster: Cluster, east: str) -> None:
    member_id = member_in(cluster, 9)
    with cluster.write(member_id) as session:
        job_id = add_job(session, session.get(Member, member_id)).id
        held = claim(session, [job_id], worker="w", lease_s=60)[job_id]
    move(cluster, [9], east, by="test")
    with cluster.write(job_id) as session:
        retry_later(session, held, PROBLEM, base_s=0.01)
        assert session.get_one(Job, job_id).state == JobState.QUEUED
        assert session.get(Outbox, job_id) is not None


def test_a_waiting_job_is_claimed_once_after_a_move(cluster: Cluster, east: str, sharded) -> None:
    old = Cluster(sharded, name="old")
    member_id = member_in(old, 9)
    with old.write(member_id) as session:
        job_id = add_job(session, session.get(Member, member_id)).id
    move(cluster, [9], east, by="test")
    held = []
    for one in (old, cluster, old):
        with one.write(job_id) as session:
            held += claim(session, [job_id], worker="w", lease_s=60).values()
    assert len(held) == 1
    old.close()


def test_nothing_is_lost_and_nothing_doubled_under_live_writes(cluster: Cluster, east: str, sharded) -> None:
    members = [member_in(cluster, bucket) for bucket in range(8) for _ in range(4)]
    with cluster.control() as session:
        tenant = default_tenant(session)
    end, written, faults = threading.Event(), Counter(), []

    def write(start: int) -> None:
        ours, at = Cluster(sharded, name="writer"), start
        while not end.is_set():
            member_id, at = members[at % len(members)], at + 1
            try:
                with ours.write(member_id) as session:
                    add_job(session, session.get(Member, member_id), seed=at)
                    values = {"date": date.fromordinal(700_000 + at), "entry": {"weight_kg": 80.0}}
                    write_entry(session, WeightLog, tenant_id=tenant, member_id=member_id, values=values)
                written[member_id] += 1
            except Exception as fault:
                faults.append(fault)
        ours.close()

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 100_000, 200_000)]
    for writer in writers:
        writer.start()
    try:
        move(cluster, range(8), east, by="test")
        move(cluster, range(8), MAIN, by="test")
        move(cluster, range(4), east, by="test")
    finally:
        end.set()
        for writer in writers:
            writer.join()
    assert faults == []
    for member_id in members:
        with cluster.read(member_id) as session:
            for table in (Job, WeightLog):
                count = select(func.count()).select_from(table).where(table.member_id == member_id)
                assert session.scalar(count) == written[member_id]
            assert session.get_one(Member, member_id).logged == written[member_id]
    assert sum(written.values()) > len(members)
    assert_right(cluster)


def test_a_move_waits_for_a_night_and_a_night_for_nobody(cluster: Cluster, east: str) -> None:
    member_id = full_member(cluster, 3)
    with cluster.write(member_id) as session:
        session.execute(text("UPDATE batch SET state = 'running', finished_at = NULL"))
    seen = []

    def follow(step: Step) -> None:
        seen.append(step)
        if step == Step.CAUGHT_UP:
            ender = threading.Timer(1.0, end_night)
            ender.start()

    def end_night() -> None:
        with cluster.control() as session:
            session.execute(text("UPDATE batch SET state = 'finished', finished_at = now()"))

    move(cluster, [3], east, by="test", follow=follow)
    assert seen.count(Step.HELD) == 1
    assert_right(cluster)


def test_two_moves_at_once_and_moves_that_make_no_sense_are_refused(cluster: Cluster, east: str) -> None:
    with pytest.raises(Conflict, match="no shard west"):
        move(cluster, [1], "west", by="test")
    with pytest.raises(Conflict, match="one other shard"):
        move(cluster, [1], MAIN, by="test")
    with pytest.raises(Interrupted):
        move(cluster, [1], east, by="test", follow=interrupting(Step.BEGUN))
    with pytest.raises(Conflict, match="not ended"):
        move(cluster, [2], east, by="test")


def test_a_move_that_is_given_up_leaves_everything_where_it_was(cluster: Cluster, east: str) -> None:
    member_id = full_member(cluster, 5)
    before = everything(cluster, [member_id])
    with pytest.raises(Interrupted):
        move(cluster, [5], east, by="test", follow=interrupting(Step.HELD))
    given = give_up(cluster)
    assert given is not None
    assert cluster.map().owners[5] == MAIN
    assert everything(cluster, [member_id]) == before
    assert rows_on(cluster, east) == 0
    with cluster.control() as session:
        assert session.get_one(ShardMove, given.id).state == MoveState.CANCELLED
    assert_right(cluster)


def test_the_chunks_of_past_nights_are_found_where_they_stayed(cluster: Cluster, east: str) -> None:
    tenant_chunk = new_id(5)
    with cluster.write(tenant_chunk) as session:
        tenant = default_tenant(session)
        values = {"id": tenant_chunk, "tenant_id": tenant, "batch_id": new_id(0), "kind": "nutrition"}
        values |= {"queue": "batch", "state": "failed", "request": {}, "error": PROBLEM}
        session.add(Job(**values))
    move(cluster, [5], east, by="test")
    with cluster.named(MAIN).work() as session:
        (chunk,) = session.scalars(select(Job)).all()
    with cluster.read(chunk.id) as session:
        assert session.get(Job, chunk.id) is not None


def test_verify_says_what_does_not_agree(cluster: Cluster, east: str) -> None:
    member_in(cluster, 7)
    with cluster.control() as session:
        session.execute(text("UPDATE shard_self SET buckets = buckets - '{[7,8)}'"))
        session.execute(text("UPDATE tenant SET weight = 3"))
    main, other = sorted(see_shards(cluster), key=lambda shard: shard.name != MAIN)
    assert "bucket 7 differs" in main.faults[0]
    assert "1 members of buckets that are not its own" in main.faults[1]
    assert "copy of tenant" in other.faults[0]
