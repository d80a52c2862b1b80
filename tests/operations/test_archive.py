"""`reveille archive`: run, list, restore."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from models.errors import Conflict, NotFound
from models.plans.plan import Plan
from operations.cli import reveille
from tests.models.archives import LONG_AGO, add_plans, archiver, left, new_member, open_months

Run = Callable[..., Result]


@pytest.fixture
def archive(cluster, settings, tmp_path) -> Run:
    open_months(cluster)
    environ = replace(settings, archive_url=tmp_path.as_uri()).environment()
    return lambda *words: CliRunner().invoke(
        reveille, ["archive", *map(str, words)], env=environ, catch_exceptions=False
    )


def test_a_plan_goes_to_the_archive_and_comes_back(archive, cluster, tmp_path):
    (plan_id,) = add_plans(cluster, new_member(cluster), [LONG_AGO])
    assert json.loads(archive("run", "--before", "2026-04-01", "--json").stdout)["plans"] == 1
    assert left(cluster) == set()
    (file,) = json.loads(archive("list", "--json", "--verify").stdout)["files"]
    assert (file["rows"], file["kind"], file["first"], file["whole"]) == (1, "plans", "2026-03-10", True)
    told = archive("restore", plan_id)
    assert (told.exit_code, "is in the database until" in told.stdout) == (0, True)
    assert left(cluster) == {plan_id}
    with pytest.raises(Conflict, match="is in the database"):
        archive("restore", plan_id)
    # It stays until its time is over, and then goes once more.
    ours = archiver(cluster, tmp_path)
    assert ours.late(datetime.now(UTC)) == 0
    with cluster.control() as session:
        session.execute(update(Plan).values(keep_until=datetime.now(UTC) - timedelta(seconds=1)))
    assert ours.late(datetime.now(UTC)) == 1
    assert left(cluster) == set()


def test_what_is_not_archived_cannot_come_back(archive):
    with pytest.raises(NotFound, match="has no plan"):
        archive("restore", uuid4())


def test_a_file_that_changed_is_told_of(archive, cluster, tmp_path):
    add_plans(cluster, new_member(cluster), [LONG_AGO])
    archive("run", "--before", "2026-04-01")
    (path,) = tmp_path.rglob("*.parquet")
    path.write_bytes(path.read_bytes() + b"!")
    told = archive("list", "--verify")
    assert told.exit_code == 1
    path.unlink()
    assert archive("list", "--verify").exit_code == 1


def test_without_an_archive_it_says_what_to_set(settings):
    told = CliRunner().invoke(reveille, ["archive", "list"], env=settings.environment())
    assert (told.exit_code, "REVEILLE_ARCHIVE_URL" in told.stderr) == (1, True)
