"""The night's archive run: plans by their month, jobs by their tenant's days, files that had their time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from models.archive.file import ArchiveFile, ArchiveKind
from models.archive.read import owner_of
from models.archive.store import ArchiveStore
from models.errors import Unavailable
from models.ids import bucket_of, new_id
from models.jobs.job import Job, JobState
from models.members.legal_hold import lift_hold, place_hold
from models.members.member import Member
from models.members.tenant import Tenant
from models.nights.run import Run, RunState
from scheduler import archive, months, prune
from scheduler.clock import Clock
from scheduler.timetable import TIMETABLE
from tests.models import archives
from tests.models.rows import NUTRITION

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def with_archive(settings, tmp_path):
    return replace(settings, archive_url=tmp_path.as_uri())


def add_job_of(cluster, member_id, days_ago, state=JobState.FAILED):
    at = NOW - timedelta(days=days_ago)
    job_id = new_id(bucket_of(member_id), at_ms=int(at.timestamp() * 1000))
    with cluster.control() as session:
        member = session.get_one(Member, member_id)
        ended = {"finished_at": at, "error": {"type": "/problems/x"}} if state == JobState.FAILED else {}
        session.add(
            Job(
                id=job_id, tenant_id=member.tenant_id, member_id=member_id, kind="nutrition",
                queue="interactive", state=state, request=NUTRITION, **ended,
            )
        )  # fmt: skip
    return job_id


def jobs(cluster):
    with cluster.control() as session:
        return set(session.scalars(select(Job.id)))


def test_old_jobs_go_to_the_archive_and_others_stay(cluster, with_archive, tmp_path):
    member, held = archives.new_member(cluster), archives.new_member(cluster)
    old = add_job_of(cluster, member, 40)
    kept = {
        add_job_of(cluster, member, 20),
        add_job_of(cluster, member, 60, JobState.QUEUED),
        add_job_of(cluster, held, 40),
    }
    with cluster.control() as session:
        place_hold(session, held, "a claim", "test")
    assert archive.run_once(cluster, with_archive, NOW)["jobs"] == 1
    assert jobs(cluster) == kept
    with cluster.control() as session:
        found = list(archives.archive(tmp_path).rows(session, ArchiveKind.JOBS, owner_of(session, member)))
    assert [(row.id, row.head["state"], row.head["request"]["days"]) for row in found] == [(old, "failed", 1)]


def test_a_tenant_has_days_of_its_own(cluster, with_archive):
    member = archives.new_member(cluster)
    add_job_of(cluster, member, 10)
    assert archive.run_once(cluster, with_archive, NOW)["jobs"] == 0
    with cluster.control() as session:
        session.execute(update(Tenant).values(job_days=5))
    assert archive.run_once(cluster, with_archive, NOW)["jobs"] == 1


def test_plans_are_archived_when_all_their_month_is_old(cluster, with_archive):
    archives.open_months(cluster)
    member = archives.new_member(cluster)
    archives.add_plans(cluster, member, [datetime(2026, 7, 31, tzinfo=UTC)])
    (newer,) = archives.add_plans(cluster, member, [datetime(2026, 8, 1, tzinfo=UTC)])
    assert archive.run_once(cluster, with_archive, NOW)["plans"] == 1
    assert archives.left(cluster) == {newer}


def test_files_that_had_their_time_are_deleted_but_not_under_a_hold(cluster, with_archive, tmp_path):
    archives.open_months(cluster)
    member = archives.new_member(cluster)
    archives.add_plans(cluster, member, [archives.LONG_AGO])
    archive.run_once(cluster, with_archive, NOW)
    with cluster.control() as session:
        session.execute(update(Tenant).values(archive_days=30))
        place_hold(session, member, "a claim", "test")
    assert archive.run_once(cluster, with_archive, NOW)["expired_files"] == 0
    with cluster.control() as session:
        assert lift_hold(session, member)
    assert archive.run_once(cluster, with_archive, NOW)["expired_files"] == 1
    assert list(tmp_path.rglob("*.parquet*")) == []
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(ArchiveFile)) == 0


def test_an_expiry_that_failed_half_way_is_ended_by_the_next_run(
    cluster, with_archive, tmp_path, monkeypatch
):
    archives.open_months(cluster)
    archives.add_plans(cluster, archives.new_member(cluster), [archives.LONG_AGO])
    archive.run_once(cluster, with_archive, NOW)
    with cluster.control() as session:
        session.execute(update(Tenant).values(archive_days=30))
    delete = ArchiveStore.delete

    def away(store, path):
        raise Unavailable("the bucket does not answer")

    monkeypatch.setattr(ArchiveStore, "delete", away)
    with pytest.raises(Unavailable):
        archive.run_once(cluster, with_archive, NOW)
    assert len(list(tmp_path.rglob("*.parquet"))) == 1
    monkeypatch.setattr(ArchiveStore, "delete", delete)
    assert archive.run_once(cluster, with_archive, NOW)["expired_files"] == 1
    assert list(tmp_path.rglob("*.parquet*")) == []


def test_without_an_archive_nothing_is_archived_and_old_jobs_are_deleted(cluster, settings):
    member = archives.new_member(cluster)
    add_job_of(cluster, member, 40)
    assert set(archive.run_once(cluster, settings, NOW).values()) == {0}
    assert prune.run_once(cluster, settings, NOW)["jobs"] == 1


def test_with_an_archive_pruning_leaves_jobs_to_it(cluster, with_archive):
    add_job_of(cluster, archives.new_member(cluster), 40)
    assert prune.run_once(cluster, with_archive, NOW)["jobs"] == 0


def test_the_months_to_come_are_made_by_the_clock(cluster, settings):
    assert months.run_once(cluster, settings, datetime(2027, 5, 1, tzinfo=UTC))["made"] > 0
    assert {"months", "archive", "prune"} <= {schedule.name for schedule in TIMETABLE}


def test_the_scheduler_that_has_the_lead_archives(cluster, with_archive):
    archives.open_months(cluster)
    archives.add_plans(cluster, archives.new_member(cluster), [archives.LONG_AGO])
    clock = Clock(cluster, with_archive)
    clock.look(NOW.replace(hour=2, minute=20))
    clock.close()
    with cluster.control() as session:
        run = session.scalars(select(Run).where(Run.schedule == "archive")).one()
    assert (run.state, run.error) == (RunState.SUCCEEDED, None)
    assert run.counts["plans"] == 1
