"""Archived plans over HTTP: the same answers as before they were archived."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.archive import read as archive_read
from models.archive.read import Archive
from models.archive.restore import restore
from models.cluster import Cluster
from models.jobs.job import Job
from tests.models.archives import LATER, LONG_AGO, add_plans, archiver, left, open_months
from tests.web.people import Person, join


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path, cluster: Cluster) -> Flask:
    open_months(cluster)
    archive_read._footer.cache_clear()
    return make_app(archive_url=tmp_path.as_uri())


def paths(plan_id: object) -> list[str]:
    return [f"/v1/plans/{plan_id}{form}" for form in ("", ".html", ".csv", ".ics")]


def test_an_archived_plan_answers_as_before(
    anna: Person, ben: Person, cluster: Cluster, tmp_path: Path
) -> None:
    (plan_id,) = add_plans(cluster, anna.member_id, [LONG_AGO])
    before = [(a.status_code, a.headers["ETag"], a.text) for a in map(anna.get, paths(plan_id))]
    archiver(cluster, tmp_path).months(LATER)
    assert left(cluster) == set()
    after = [(a.status_code, a.headers["ETag"], a.text) for a in map(anna.get, paths(plan_id))]
    assert [status for status, _, _ in after] == [200] * 4
    assert after == before
    assert [ben.get(path).status_code for path in paths(plan_id)] == [404] * 4
    tag = after[0][1]
    assert anna.get(f"/v1/plans/{plan_id}", If_None_Match=tag).status_code == 304


def test_an_archived_plan_is_neither_changed_nor_asked_about_and_says_why(
    anna: Person, ben: Person, cluster: Cluster, tmp_path: Path
) -> None:
    (plan_id,) = add_plans(cluster, anna.member_id, [LONG_AGO])
    meal = anna.get(f"/v1/plans/{plan_id}").json["days"][0]["meals"][-1]
    item = {"day": 1, "slot": meal["slot"], "food_code": meal["items"][0]["food_code"]}

    def ask(person: Person) -> list[TestResponse]:
        query = "&".join(f"{name}={value}" for name, value in item.items())
        swap = person.post(f"/v1/plans/{plan_id}/swap", {"swap": "item", **item})
        return [swap, person.get(f"/v1/plans/{plan_id}/alternatives?{query}")]

    in_database = [(answer.status_code, answer.json["detail"]) for answer in ask(anna)]
    archiver(cluster, tmp_path).months(LATER)
    assert left(cluster) == set()
    archived = ask(anna)
    assert [(answer.status_code, answer.json["detail"]) for answer in archived] == in_database
    assert [(a.status_code, a.json["type"]) for a in archived] == [(409, "/problems/conflict")] * 2
    assert "a newer plan has taken its place: change that one" in archived[0].json["detail"]
    assert [answer.status_code for answer in ask(ben)] == [404, 404]
    with cluster.control() as session:
        assert session.scalars(select(Job.id)).all() == []


def test_lists_go_on_into_the_archive(anna: Person, ben: Person, cluster: Cluster, tmp_path: Path) -> None:
    days = [
        LONG_AGO,
        LONG_AGO + timedelta(days=9),
        LONG_AGO + timedelta(days=50),
        datetime(2026, 9, 1, tzinfo=UTC),
    ]
    plans = [str(plan_id) for plan_id in add_plans(cluster, anna.member_id, days)][::-1]
    before = anna.get("/v1/plans").json
    archiver(cluster, tmp_path).months(LATER)
    assert len(left(cluster)) == 1
    assert anna.get("/v1/plans").json == before
    assert pages(anna, 1) == plans
    assert ben.get("/v1/plans").json["plans"] == []
    assert anna.get("/v1/plans?kind=workout").json["plans"] == []


def pages(person: Person, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = person.get(f"/v1/plans?limit={limit}{cursor and '&cursor=' + cursor}").json
        seen += [plan["id"] for plan in page["plans"]]
        cursor = page["next_cursor"]
    return seen


def test_plans_of_the_database_that_are_older_than_archived_ones_hide_none_of_them(
    anna: Person, cluster: Cluster, tmp_path: Path
) -> None:
    days = [LONG_AGO + timedelta(days=n) for n in range(4)]
    plans = add_plans(cluster, anna.member_id, [*days, datetime(2026, 9, 1, tzinfo=UTC)])
    archiver(cluster, tmp_path).months(LATER)
    until = datetime.now(UTC) + timedelta(days=1)
    with cluster.control() as session:
        for plan_id in plans[:2]:
            restore(session, Archive(tmp_path.as_uri()), plan_id, until)
    newest_first = [str(plan_id) for plan_id in reversed(plans)]
    assert [pages(anna, limit) for limit in (1, 2, 3)] == [newest_first] * 3


def test_a_plan_that_was_restored_and_archived_again_is_listed_once(
    anna: Person, cluster: Cluster, tmp_path: Path
) -> None:
    (plan_id,) = add_plans(cluster, anna.member_id, [LONG_AGO])
    archiver(cluster, tmp_path).months(LATER)
    with cluster.control() as session:
        restore(session, Archive(tmp_path.as_uri()), plan_id, datetime.now(UTC) - timedelta(days=1))
    assert archiver(cluster, tmp_path).late(LATER) == 1
    assert len(list(tmp_path.rglob("*.parquet"))) == 2
    assert pages(anna, 1) == [str(plan_id)]


def test_an_archive_that_is_away_is_told_of_and_other_plans_are_there(
    anna: Person, cluster: Cluster, tmp_path: Path
) -> None:
    old, new = add_plans(cluster, anna.member_id, [LONG_AGO, datetime(2026, 9, 1, tzinfo=UTC)])
    archiver(cluster, tmp_path).months(LATER)
    (path,) = tmp_path.rglob("*.parquet")
    path.rename(tmp_path / "away")
    answer = anna.get(f"/v1/plans/{old}")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
    assert str(tmp_path) not in answer.text
    assert anna.get(f"/v1/plans/{new}").status_code == 200


def test_without_an_archive_there_is_nothing_archived(
    make_app: Callable[..., Flask], cluster: Cluster
) -> None:
    person = join(make_app(), "carl@example.mil")
    assert person.get(f"/v1/plans/{person.member_id}").status_code == 404
    assert person.get("/v1/plans").json["plans"] == []
