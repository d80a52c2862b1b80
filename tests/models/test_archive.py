"""Past plans go to the archive whole, are read there by their member alone, and are never lost on the way."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from models.archive import read as archive_read
from models.archive.file import ArchiveFile, ArchiveState
from models.archive.key import ArchiveKey
from models.archive.parquet import ArchiveDamaged
from models.archive.read import find_plan, owner_of
from models.archive.store import ArchiveStore, open_store
from models.archive.take import Archiver, alone
from models.cluster import Cluster
from models.errors import Conflict, SettingsError, Unavailable
from models.ids import bucket_of
from models.members.member import Member
from models.plans import months as plan_months
from models.plans.plan import Plan, PlanState
from models.plans.stored import StoredPlan
from tests.models.archives import (
    LATER,
    LONG_AGO,
    add_plans,
    archive,
    archiver,
    left,
    new_member,
    open_months,
    small_plan,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _months(cluster: Cluster) -> None:
    open_months(cluster)
    archive_read._footer.cache_clear()


def read(cluster: Cluster, folder: Path, plan_id: UUID, member_id: UUID) -> StoredPlan | None:
    with cluster.read(plan_id) as session:
        return find_plan(session, archive(folder), plan_id, member_id)


def files(cluster: Cluster) -> list[ArchiveFile]:
    with cluster.control() as session:
        return list(session.scalars(select(ArchiveFile).order_by(ArchiveFile.path)))


def attached(cluster: Cluster) -> list[str]:
    with cluster.engine.connect() as connection:
        return list(plan_months.kept_months(connection))


def test_a_month_is_archived_and_its_plans_read_as_before(cluster, tmp_path):
    members = [new_member(cluster) for _ in range(3)]
    old = {m: add_plans(cluster, m, [LONG_AGO, LONG_AGO + timedelta(days=1)]) for m in members}
    newer = add_plans(cluster, members[0], [datetime(2026, 7, 1, tzinfo=UTC)])
    before = {p: read(cluster, tmp_path, p, m) for m in members for p in old[m]}
    assert archiver(cluster, tmp_path).months(LATER) == {"months": 3, "plans": 6}
    assert left(cluster) == set(newer)
    assert attached(cluster)[0] == "y2026_06"
    body, request = small_plan()
    for member, plans in old.items():
        for plan_id in plans:
            plan, was = read(cluster, tmp_path, plan_id, member), before[plan_id]
            assert (plan.body, plan.request) == (body, request)
            for name in ("id", "tenant_id", "member_id", "job_id", "kind", "state", "start_date", "days"):
                assert getattr(plan, name) == getattr(was, name)
            assert plan.created_at == was.created_at


def test_another_members_archived_plan_is_not_there(cluster, tmp_path):
    anna, other = new_member(cluster), new_member(cluster)
    (plan_id,) = add_plans(cluster, anna, [LONG_AGO])
    add_plans(cluster, other, [LONG_AGO])
    archiver(cluster, tmp_path).months(LATER)
    assert read(cluster, tmp_path, plan_id, other) is None
    assert read(cluster, tmp_path, plan_id, anna) is not None


def test_a_current_plan_is_never_archived_however_old(cluster, tmp_path):
    member = new_member(cluster)
    (current,) = add_plans(cluster, member, [LONG_AGO], PlanState.CURRENT)
    add_plans(cluster, member, [LONG_AGO])
    ours = archiver(cluster, tmp_path)
    ours.months(LATER)
    ours.late(LATER)
    assert left(cluster) == {current}
    with cluster.control() as session:
        session.execute(update(Plan).where(Plan.id == current).values(state=PlanState.SUPERSEDED))
    assert left(cluster) == {current}  # superseded after its month had gone
    assert ours.late(LATER) == 1
    assert left(cluster) == set()
    assert read(cluster, tmp_path, current, member).state == PlanState.SUPERSEDED


def test_there_is_one_current_plan_of_a_member_and_kind(cluster):
    member = new_member(cluster)
    add_plans(cluster, member, [LONG_AGO], PlanState.CURRENT)
    with pytest.raises(IntegrityError, match="uq_plan_current"):
        add_plans(cluster, member, [LATER], PlanState.CURRENT)


def test_a_file_has_one_row_group_for_each_bucket(cluster, tmp_path):
    members = [new_member(cluster) for _ in range(5)]
    for member in members:
        add_plans(cluster, member, [LONG_AGO])
    archiver(cluster, tmp_path).months(LATER)
    (file,) = files(cluster)
    found = pq.ParquetFile(tmp_path / file.path).metadata
    buckets = sorted({bucket_of(member) for member in members})
    groups = [found.row_group(n).column(0) for n in range(found.num_row_groups)]
    assert [g.statistics.min for g in groups] == [g.statistics.max for g in groups] == buckets
    assert {g.compression for g in groups} == {"ZSTD"}
    assert (file.rows, file.first_bucket, file.last_bucket) == (5, buckets[0], buckets[-1])
    told = json.loads((tmp_path / f"{file.path}.json").read_text())
    assert (told["rows"], told["sha256"]) == (5, file.sha256.hex())


def test_many_rows_go_into_several_files_at_the_end_of_a_bucket(cluster, tmp_path, monkeypatch):
    members = [new_member(cluster) for _ in range(6)]
    plans = {m: add_plans(cluster, m, [LONG_AGO, LONG_AGO]) for m in members}
    monkeypatch.setattr("models.archive.take.FILE_ROWS", 4)
    archiver(cluster, tmp_path).months(LATER)
    assert sorted(file.rows for file in files(cluster)) == [4, 4, 4]
    assert all(read(cluster, tmp_path, p, m) is not None for m, ids in plans.items() for p in ids)


def test_nothing_of_a_member_can_be_read_in_the_file(cluster, tmp_path):
    member = new_member(cluster)
    add_plans(cluster, member, [LONG_AGO])
    archiver(cluster, tmp_path).months(LATER)
    (file,) = files(cluster)
    raw = (tmp_path / file.path).read_bytes() + (tmp_path / f"{file.path}.json").read_bytes()
    for told in (member.bytes, str(member).encode(), member.hex.encode(), b"nutrition", b"2026-12-01"):
        assert told not in raw


class Sudden(BaseException):
    """The process ends here."""


STEPS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    name: lambda patch, name=name: patch.setattr(Archiver, name, _sudden)
    for name in ("_write", "_verify", "_take_off", "_go_live", "_put_back_late", "_watch_late")
}


def _sudden(*_: object) -> None:
    raise Sudden


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_ends_anywhere_starts_again_and_loses_nothing(cluster, tmp_path, monkeypatch, step):
    member = new_member(cluster)
    plans = add_plans(cluster, member, [LONG_AGO, LONG_AGO + timedelta(days=40)])
    with monkeypatch.context() as patch:
        STEPS[step](patch)
        with pytest.raises(Sudden):
            archiver(cluster, tmp_path).months(LATER)
    assert all(read(cluster, tmp_path, p, member) is not None for p in plans)
    archiver(cluster, tmp_path).months(LATER)
    assert left(cluster) == set()
    assert all(read(cluster, tmp_path, p, member) is not None for p in plans)
    live = [file for file in files(cluster) if file.state == ArchiveState.LIVE]
    assert [file.rows for file in live] == [1, 1]
    assert len(files(cluster)) == 2
    assert len(list(tmp_path.rglob("*.parquet"))) == 2


def test_a_month_that_was_detached_but_not_dropped_is_dropped_by_the_next_run(cluster, tmp_path, monkeypatch):
    member = new_member(cluster)
    (plan_id,) = add_plans(cluster, member, [LONG_AGO])
    ours = archiver(cluster, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Archiver, "_drop_left_over", lambda self: None)
        ours.months(LATER)
    assert read(cluster, tmp_path, plan_id, member) is not None
    with cluster.engine.connect() as connection:
        assert [m.name for m in plan_months.left_over(connection)] == ["y2026_03", "y2026_04", "y2026_05"]
    ours.months(LATER)
    with cluster.engine.connect() as connection:
        assert plan_months.left_over(connection) == []


def test_what_is_superseded_while_the_file_is_written_stays_in_the_database(cluster, tmp_path, monkeypatch):
    member, other = new_member(cluster), new_member(cluster)
    (current,) = add_plans(cluster, member, [LONG_AGO], PlanState.CURRENT)
    (unkeyed,) = add_plans(cluster, other, [LONG_AGO], PlanState.CURRENT)
    (past,) = add_plans(cluster, member, [LONG_AGO])
    kept = Archiver._verify

    def meanwhile(self, written):
        with cluster.control() as session:
            session.execute(update(Plan).values(state=PlanState.SUPERSEDED))
        kept(self, written)

    monkeypatch.setattr(Archiver, "_verify", meanwhile)
    ours = archiver(cluster, tmp_path)
    assert ours.months(datetime(2026, 4, 1, tzinfo=UTC)) == {"months": 1, "plans": 1}
    assert left(cluster) == {current, unkeyed}
    monkeypatch.undo()
    assert ours.late(LATER) == 2
    for plan_id, whose in ((current, member), (unkeyed, other), (past, member)):
        assert read(cluster, tmp_path, plan_id, whose) is not None


def test_a_plan_that_came_after_the_keys_were_made_is_not_lost(cluster, tmp_path, monkeypatch):
    member, other = new_member(cluster), new_member(cluster)
    add_plans(cluster, member, [LONG_AGO])
    (late,) = add_plans(cluster, other, [LONG_AGO], PlanState.CURRENT)

    def superseded_first(self, isolation="READ COMMITTED"):
        if isolation == "REPEATABLE READ":
            with cluster.control() as session:
                session.execute(update(Plan).where(Plan.id == late).values(state=PlanState.SUPERSEDED))
        return transaction(self, isolation)

    transaction = Archiver._transaction
    monkeypatch.setattr(Archiver, "_transaction", superseded_first)
    assert archiver(cluster, tmp_path).months(datetime(2026, 4, 1, tzinfo=UTC))["plans"] == 1
    assert left(cluster) == {late}
    assert read(cluster, tmp_path, late, other) is not None


def test_a_disk_that_is_full_drops_nothing(cluster, tmp_path, monkeypatch):
    member = new_member(cluster)
    plans = add_plans(cluster, member, [LONG_AGO])

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("models.archive.parquet.Hashing.write", full)
    with pytest.raises(Unavailable) as told:
        archiver(cluster, tmp_path).months(LATER)
    assert "No space left on device" in told.value.cause
    assert "nothing was dropped" in told.value.cause
    assert left(cluster) == set(plans)


def test_a_folder_that_cannot_be_written_drops_nothing(cluster, tmp_path):
    (tmp_path / "plans").write_text("a file is in the way")
    plans = add_plans(cluster, new_member(cluster), [LONG_AGO])
    with pytest.raises(Unavailable, match="cannot be reached"):
        archiver(cluster, tmp_path).months(LATER)
    assert left(cluster) == set(plans)


@pytest.mark.parametrize("where", [0.05, 0.5, 0.97])
def test_a_corrupt_file_is_refused_and_never_shown(cluster, tmp_path, where):
    member = new_member(cluster)
    (plan_id,) = add_plans(cluster, member, [LONG_AGO])
    archiver(cluster, tmp_path).months(LATER)
    path = tmp_path / files(cluster)[0].path
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * where)] ^= 0x40
    path.write_bytes(bytes(raw))
    try:
        plan = read(cluster, tmp_path, plan_id, member)
    except ArchiveDamaged:
        return
    assert plan.body == small_plan()[0]  # the byte was in nothing that is needed to read it


def test_a_file_that_does_not_read_back_drops_nothing(cluster, tmp_path, monkeypatch):
    plans = add_plans(cluster, new_member(cluster), [LONG_AGO])
    opened = ArchiveStore.opened

    def torn(self, path, mode="rb"):
        if mode == "rb" and path.endswith(".parquet"):
            file = tmp_path / path
            file.write_bytes(file.read_bytes()[:-3] + b"XYZ")
        return opened(self, path, mode)

    monkeypatch.setattr(ArchiveStore, "opened", torn)
    with pytest.raises(ArchiveDamaged, match="nothing was dropped"):
        archiver(cluster, tmp_path).months(LATER)
    assert left(cluster) == set(plans)


def test_a_member_who_is_gone_leaves_noise_behind(cluster, tmp_path):
    gone, stays = new_member(cluster), new_member(cluster)
    plan_id, other = (add_plans(cluster, m, [LONG_AGO])[0] for m in (gone, stays))
    archiver(cluster, tmp_path).months(LATER)
    with cluster.control() as session:
        owner = owner_of(session, gone)
        assert len(list(archive(tmp_path).rows(session, "plans", owner))) == 1
        session.delete(session.get_one(Member, gone))
    with cluster.control() as session:
        assert session.get(ArchiveKey, gone) is None
        assert owner_of(session, gone) is None
    assert read(cluster, tmp_path, plan_id, gone) is None
    assert read(cluster, tmp_path, other, stays) is not None


def test_two_runs_at_a_time_are_refused(cluster):
    with alone(cluster), pytest.raises(Conflict, match="another archive run"), alone(cluster):
        pass


def test_lists_of_archived_plans_are_newest_first(cluster, tmp_path):
    member = new_member(cluster)
    days = [LONG_AGO + timedelta(days=n) for n in (0, 5, 40, 45)]
    plans = add_plans(cluster, member, days)
    archiver(cluster, tmp_path).months(LATER)
    with cluster.control() as session:
        owner = owner_of(session, member)

        def listed(**more):
            found = archive(tmp_path).plans(
                session, owner, **{"before": None, "kind": None, "limit": 9, **more}
            )
            return [plan.id for plan in found]

        assert listed() == plans[::-1]
        assert listed(limit=1) == plans[-1:]
        assert listed(limit=3) == plans[:0:-1]
        assert listed(before=plans[2]) == plans[1::-1]
        assert listed(kind="workout") == []


@pytest.mark.parametrize(
    "url", ["", "folder", "file://host/x", "file:///", "s3:///x", "s3://b?x=1", "gs://b"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(SettingsError, match="REVEILLE_ARCHIVE_URL"):
        open_store(url)


def test_the_web_loads_no_pyarrow_until_something_archived_is_read():
    code = (
        "import sys, web.app, models.archive.read as a; a.Archive('file:///nowhere')\n"
        "print(sorted({'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_months_to_come_are_made_once(cluster):
    with cluster.engine.begin() as connection:
        assert plan_months.make_ahead(connection, datetime(2027, 3, 1, tzinfo=UTC)) > 0
        assert plan_months.make_ahead(connection, datetime(2027, 3, 1, tzinfo=UTC)) == 0
    with cluster.engine.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('plan_months.y2027_09')")) is not None
