import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from models.access.audit import AuditEntry
from models.jobs.claim import claim
from models.jobs.enqueue import enqueue
from models.jobs.job import Job, JobState
from models.jobs.plan_change import About
from models.jobs.queues import QueueName
from models.jobs.rescue import LOST
from models.members.logs import write_entry
from models.members.member import Member, profile_columns, profile_of
from models.members.weight_log import WeightLog
from models.nights.batch import BatchState
from models.nights.bisect import divide
from models.nights.chunk import range_of
from models.nights.control import cancel_batch, pause_batch, resume_batch
from models.nights.failure import BatchFailure
from models.nights.start import start_nights
from models.plans.plan import Plan, PlanState
from models.plans.stored import read_plan
from planners.errors import Stopped
from planners.renewal.renew import renew
from planners.spec import Kind, read_request
from tests.models.nights import (
    EVENING,
    NIGHT,
    batch_row,
    counts,
    current_plans,
    give_plan,
    lose,
    queued_chunks,
    start,
)
from tests.models.rows import add_job, add_member
from workers.keeper import LeaseKeeper
from workers.run_group import run_group
from workers.run_job import Bench, Outcome, run_job


@pytest.fixture
def bench(cluster, settings):
    return bench_of(cluster, settings)


def bench_of(cluster, settings, **more):
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    return Bench(cluster, keeper, settings, "test", **{"clock": lambda: EVENING, **more})


def work_off(cluster, bench):
    while chunks := queued_chunks(cluster):
        for chunk in chunks:
            run_job(chunk, bench)


def plan_of(cluster, member_id):
    with cluster.control() as session:
        mine = select(Plan.id).where(Plan.member_id == member_id, Plan.state == PlanState.CURRENT)
        return read_plan(session, session.scalars(mine).one())


def change_profile(cluster, member_id, **profile):
    with cluster.control() as session:
        member = session.get_one(Member, member_id)
        told = {**profile_of(session, member), **profile}
        sealed = profile_columns(session, member.tenant_id, member.id, told)
        changed = {**sealed, "version": member.version + 1}
        session.execute(
            update(Member).where(Member.id == member_id).values(**changed, updated_at=func.clock_timestamp())
        )


def test_member_whose_menu_comes_to_its_end_gets_the_next_one(cluster, settings, bench):
    member_id = give_plan(cluster, days=2)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    plan = plan_of(cluster, member_id)
    assert counts(cluster, batch_id) == {"planned": 1}
    assert batch_row(cluster, batch_id).state == BatchState.FINISHED
    assert (plan.start_date, plan.body["start_date"], plan.job_id) == (NIGHT, "2026-12-02", None)
    assert current_plans(cluster) == {member_id: 1}


def test_member_without_a_plan_is_left_alone(cluster, settings, bench):
    with cluster.control() as session:
        add_member(session)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"without": 1}


def test_unchanged_member_keeps_the_plan_until_something_changes(cluster, settings, bench):
    member_id = give_plan(cluster, days=4)
    first = plan_of(cluster, member_id)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"unchanged": 1}
    assert plan_of(cluster, member_id).id == first.id
    change_profile(cluster, member_id, weight_kg=60)
    start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}
    second = plan_of(cluster, member_id)
    assert second.request["member"]["weight_kg"] == 60
    assert second.start_date == first.start_date == date(2026, 12, 1)
    assert second.body["days"][0]["meals"] == first.body["days"][0]["meals"]  # lived, and kept


def test_forced_night_plans_the_unchanged_too(cluster, settings, bench):
    give_plan(cluster, days=4)
    batch_id = start(cluster, settings, forced=True)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}


def test_member_whose_data_fails_has_a_reason_and_the_others_a_plan(cluster, settings, bench):
    poor, rich = give_plan(cluster, days=2), give_plan(cluster, days=2)
    change_profile(cluster, poor, age_years=5)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1, "failed": 1}
    with cluster.control() as session:
        (failure,) = session.scalars(select(BatchFailure)).all()
    assert failure.member_id == poor
    assert failure.problem["errors"][0]["pointer"] == "/member/age_years"
    assert plan_of(cluster, rich).start_date == NIGHT
    assert plan_of(cluster, poor).start_date < NIGHT


@pytest.mark.parametrize("paused", [False, True])
def test_night_that_starts_closes_the_one_before(cluster, settings, bench, paused):
    member_id, later = give_plan(cluster, days=2), EVENING + timedelta(days=1)
    tonight = []

    def slow(*args, **kwargs):
        if not tonight:
            if paused:
                pause(cluster, yesterday)
            begun = start_nights(
                cluster,
                settings,
                later,
                by="test",
                kinds=[Kind.NUTRITION],
                day=later.date() + timedelta(days=1),
            )
            tonight.append(begun[0].batch.id)
        return renew(*args, **kwargs)

    yesterday, other = start(cluster, settings), start(cluster, settings, Kind.WORKOUT)
    (chunk,) = (job for job in queued_chunks(cluster) if batch_of(cluster, job) == yesterday)
    assert run_job(chunk, bench_of(cluster, settings, renewing=slow)) == Outcome.LOST
    assert batch_row(cluster, yesterday).state == BatchState.CANCELLED
    assert batch_row(cluster, other).state == BatchState.RUNNING
    with cluster.control() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "cancel_batch")).all()
    told = (f"batch {yesterday}", {"why": "the night for 2026-12-03 starts"})
    assert (entry.subject, entry.detail) == told
    work_off(cluster, bench_of(cluster, settings, clock=lambda: later))
    assert counts(cluster, tonight[0]) == {"planned": 1}
    assert (counts(cluster, yesterday), current_plans(cluster)) == ({}, {member_id: 1})
    assert plan_of(cluster, member_id).start_date == date(2026, 12, 3)


def batch_of(cluster, job_id):
    with cluster.control() as session:
        return session.get_one(Job, job_id).batch_id


def test_plan_that_a_member_asked_for_meanwhile_stays(cluster, settings):
    member_id = give_plan(cluster, days=2)

    def slow(*args, **kwargs):
        with cluster.control() as session:
            own = (Plan.member_id == member_id, Plan.state == PlanState.CURRENT)
            session.execute(update(Plan).where(*own).values(state=PlanState.SUPERSEDED))
        return renew(*args, **kwargs)

    batch_id = start(cluster, settings)
    work_off(cluster, bench_of(cluster, settings, renewing=slow))
    assert counts(cluster, batch_id) == {"overtaken": 1}


def test_profile_that_changed_while_the_night_planned_is_in_the_next_plan(cluster, settings, bench):
    member_id = give_plan(cluster, days=4)

    def slow(*args, **kwargs):
        change_profile(cluster, member_id, weight_kg=60)
        return renew(*args, **kwargs)

    start(cluster, settings, forced=True)
    work_off(cluster, bench_of(cluster, settings, renewing=slow))
    assert plan_of(cluster, member_id).request["member"]["weight_kg"] != 60
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}
    assert plan_of(cluster, member_id).request["member"]["weight_kg"] == 60


@pytest.mark.parametrize("swaps", [0, 1, 2])
def test_profile_that_changed_before_a_plan_was_made_or_changed_is_in_the_next_plan(
    cluster, settings, bench, swaps
):
    with cluster.control() as session:
        job = add_job(session, days=4)
    member_id = job.member_id
    if not swaps:
        change_profile(cluster, member_id, weight_kg=60)
    assert run_job(job.id, bench) == Outcome.SUCCEEDED
    if swaps:
        change_profile(cluster, member_id, weight_kg=60)
    for seed in range(swaps):
        assert run_job(swap(cluster, plan_of(cluster, member_id), seed), bench) == Outcome.SUCCEEDED
    assert plan_of(cluster, member_id).request["member"]["weight_kg"] != 60
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}
    assert plan_of(cluster, member_id).request["member"]["weight_kg"] == 60


def swap(cluster, plan, seed):
    """A job that changes the plan."""
    return ask_about(cluster, plan, change={"swap": "meal", "day": 4, "slot": "dinner", "seed": seed})


def ask_about(cluster, plan, **about):
    """A job about the plan, made from its request."""
    with cluster.control() as session:
        return enqueue(
            session, tenant_id=plan.tenant_id, member_id=plan.member_id,
            request=read_request(plan.request, plan.start_date), queue=QueueName.INTERACTIVE,
            about=About(plan_id=plan.id, **about),
        ).job.id  # fmt: skip


@pytest.mark.parametrize(
    ("now", "anew"),
    [
        (datetime(2026, 12, 2, 4, 59, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2026, 12, 2, 12, 0, tzinfo=UTC), date(2026, 12, 3)),
        (datetime(2026, 12, 3, 12, 0, tzinfo=UTC), date(2026, 12, 4)),
    ],
)
def test_chunk_that_is_done_late_leaves_the_day_that_has_begun(cluster, settings, now, anew):
    ending, under_way = give_plan(cluster, days=2), give_plan(cluster, days=7)
    before = plan_of(cluster, under_way)
    change_profile(cluster, under_way, weight_kg=60)
    batch_id = start(cluster, settings)
    pause(cluster, batch_id)
    resume(cluster, batch_id)
    work_off(cluster, bench_of(cluster, settings, clock=lambda: now))
    assert counts(cluster, batch_id) == {"planned": 2}
    assert plan_of(cluster, ending).start_date == anew
    after = plan_of(cluster, under_way)
    lived = (anew - before.start_date) // timedelta(days=1)
    menus = [[d["meals"] for d in plan.body["days"]] for plan in (before, after)]
    assert menus[0][:lived] == menus[1][:lived]
    assert menus[0][lived:] != menus[1][lived:]


def pause(cluster, batch_id):
    with cluster.control() as session:
        pause_batch(session, batch_id, by="test")


def resume(cluster, batch_id):
    with cluster.control() as session:
        resume_batch(session, batch_id, by="test")


def test_chunk_done_twice_is_done_once(cluster, settings, bench):
    give_plan(cluster, days=2)
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    assert run_job(chunk, bench) == Outcome.SUCCEEDED
    assert run_job(chunk, bench) == Outcome.NOT_OURS
    assert counts(cluster, batch_id) == {"planned": 1}


def test_chunks_of_one_message_are_all_done(cluster, settings, bench):
    members = {give_plan(cluster, days=2) for _ in range(3)}
    batch_id = start(cluster, replace(settings, chunk_members=1))
    run_group(queued_chunks(cluster), bench)
    assert counts(cluster, batch_id) == {"planned": 3}
    assert current_plans(cluster) == dict.fromkeys(members, 1)


def test_members_are_cut_into_chunks_that_hold_each_of_them_once(cluster, settings, bench):
    members = {give_plan(cluster, days=2) for _ in range(5)}
    batch_id = start(cluster, replace(settings, chunk_members=2))
    assert len(queued_chunks(cluster)) == batch_row(cluster, batch_id).chunks_left == 3
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 5}
    assert current_plans(cluster) == dict.fromkeys(members, 1)


def test_night_learns_from_what_was_logged_and_says_so(cluster, settings, bench):
    member_id = give_plan(cluster, days=5)
    with cluster.control() as session:
        tenant_id = session.get_one(Member, member_id).tenant_id
        entry = {"date": date(2026, 12, 1), "entry": {"weight_kg": 62.0}}
        assert write_entry(session, WeightLog, tenant_id=tenant_id, member_id=member_id, values=entry)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}
    plan = plan_of(cluster, member_id)
    assert plan.request["member"]["weight_kg"] == 62
    assert "62 kg" in plan.body["changes"][0]
    start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"unchanged": 1}  # what was learned once changes nothing more


def test_chunk_whose_member_takes_all_memory_is_cut_until_the_others_are_planned(cluster, settings):
    poison, *sound = (give_plan(cluster, days=2, seed=seed) for seed in (66, 1, 2))

    def eats(before, *args, **kwargs):
        if before.request["seed"] == 66:
            raise MemoryError
        return renew(before, *args, **kwargs)

    batch_id = start(cluster, settings)
    bench, attempts = bench_of(cluster, settings, renewing=eats), 0
    while chunks := queued_chunks(cluster):
        for chunk in chunks:
            with cluster.control() as session:
                session.execute(update(Job).where(Job.id == chunk).values(due_at=func.now()))
            run_job(chunk, bench)
            attempts += 1
        assert attempts < 20
    assert counts(cluster, batch_id) == {"planned": 2, "failed": 1}
    with cluster.control() as session:
        assert list(session.scalars(select(BatchFailure.member_id))) == [poison]
        assert session.scalars(select(Job.error).where(Job.state == JobState.FAILED)).one()["detail"] == (
            "an unexpected MemoryError"
        )
    assert set(current_plans(cluster)) == {poison, *sound}


def test_chunk_that_waits_to_be_alone_has_its_whole_deadline_after(cluster, settings):
    give_plan(cluster, days=2)
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    with cluster.control() as session:
        session.execute(update(Job).where(Job.id == chunk).values(attempts=1))
    bench = bench_of(cluster, replace(settings, job_deadline_s=1))
    worker = threading.Thread(target=run_job, args=(chunk, bench))
    with bench.company.together():
        worker.start()
        threading.Event().wait(1.5)
    worker.join()
    assert counts(cluster, batch_id) == {"planned": 1}


def late_with(*which, seed=None):
    """Planners whose time is over before they have these plans, counted from 1, and any of this seed."""
    begun = []

    def renewing(before, *args, stopped, **kwargs):
        begun.append(before)
        if len(begun) in which or before.request["seed"] == seed:
            stopped.__self__.deadline = 0.0  # the chunk's, at this moment
            raise Stopped("the planner was stopped before it had a plan")
        return renew(before, *args, stopped=stopped, **kwargs)

    return renewing


@pytest.mark.parametrize("forced", [False, True])
def test_chunk_that_outlives_its_deadline_saves_what_is_done_and_leaves_the_rest(cluster, settings, forced):
    idle = [add_idle(cluster) for _ in range(2)]
    members = [give_plan(cluster, days=2) for _ in range(5)]
    batch_id = start(cluster, settings, forced=forced)
    (first,) = queued_chunks(cluster)
    bench = bench_of(cluster, settings, renewing=late_with(3))
    assert run_job(first, bench) == Outcome.SUCCEEDED
    assert counts(cluster, batch_id) == {"planned": 2, "without": len(idle)}
    (rest,) = queued_chunks(cluster)
    part = range_of(job_row(cluster, rest).request)
    assert (part.members, part.only) == (3, tuple(sorted(members)[2:]))
    assert (batch_row(cluster, batch_id).chunks_left, job_row(cluster, rest).attempts) == (1, 0)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": len(members), "without": len(idle)}
    assert batch_row(cluster, batch_id).state == BatchState.FINISHED
    assert current_plans(cluster) == dict.fromkeys(members, 1)
    sizes = [range_of(job_row(cluster, job_id).request).members for job_id in (first, rest)]
    assert sum(sizes) == len(members) + len(idle)  # the rate that operators see counts nobody twice


def test_rest_of_a_chunk_that_is_lost_is_cut_without_those_who_are_done(cluster, settings):
    members = sorted(give_plan(cluster, days=2) for _ in range(5))
    batch_id = start(cluster, settings)
    run_job(*queued_chunks(cluster), bench_of(cluster, settings, renewing=late_with(2)))
    for _ in range(2):
        lose(cluster, *queued_chunks(cluster))
    parts = [range_of(job_row(cluster, chunk).request) for chunk in queued_chunks(cluster)]
    assert sorted(part.members for part in parts) == [2, 2]
    work_off(cluster, bench_of(cluster, settings))
    assert counts(cluster, batch_id) == {"planned": 5}
    assert current_plans(cluster) == dict.fromkeys(members, 1)


def test_member_who_takes_every_deadline_is_found_and_the_others_are_planned(cluster, settings):
    members = [give_plan(cluster, days=2, seed=seed) for seed in (1, 2, 3, 66)]
    batch_id = start(cluster, settings)
    work_off(cluster, bench_of(cluster, settings, renewing=late_with(seed=66)))
    assert counts(cluster, batch_id) == {"planned": 3, "failed": 1}
    with cluster.control() as session:
        (failure,) = session.scalars(select(BatchFailure)).all()
    assert (failure.member_id, failure.problem["type"]) == (members[3], "/problems/stopped")
    assert current_plans(cluster) == dict.fromkeys(members, 1)
    with cluster.control() as session:
        assert resume_batch(session, batch_id, by="test") == 1
    work_off(cluster, bench_of(cluster, settings))
    assert counts(cluster, batch_id) == {"planned": 4}


def test_chunk_that_is_cut_while_its_night_is_cancelled_leaves_none_behind(cluster, settings):
    for _ in range(3):
        give_plan(cluster, days=2)
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    with cluster.control() as session:
        (held,) = claim(session, [chunk], worker="w", lease_s=60.0).values()
    with ThreadPoolExecutor(1) as other:
        with cluster.control() as session:
            divide(session, held, LOST)
            cancelling = other.submit(cancel, cluster, batch_id)
            wait_until_blocked(cluster)
        cancelling.result()
    assert queued_chunks(cluster) == []
    assert batch_row(cluster, batch_id).state == BatchState.CANCELLED


def cancel(cluster, batch_id):
    with cluster.control() as session:
        cancel_batch(session, batch_id, by="test")


def wait_until_blocked(cluster):
    """Until some transaction waits for another's row."""
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        with cluster.control() as session:
            if session.scalar(waits):
                return
    raise AssertionError("nobody waits")


def test_chunk_whose_lease_is_lost_at_its_deadline_saves_nothing(cluster, settings):
    members = [give_plan(cluster, days=2) for _ in range(2)]
    batch_id = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    late = late_with(2)

    def taken_away(before, *args, **kwargs):
        with cluster.control() as session:
            session.execute(update(Job).where(Job.id == chunk).values(token=Job.token + 1))
        return late(before, *args, **kwargs)

    assert run_job(chunk, bench_of(cluster, settings, renewing=taken_away)) == Outcome.LOST
    assert (counts(cluster, batch_id), batch_row(cluster, batch_id).chunks_left) == ({}, 1)
    assert current_plans(cluster) == dict.fromkeys(members, 1)
    assert [plan_of(cluster, m).start_date < NIGHT for m in members] == [True, True]


def add_idle(cluster):
    with cluster.control() as session:
        return add_member(session).id


def job_row(cluster, job_id):
    with cluster.control() as session:
        return session.get_one(Job, job_id)
