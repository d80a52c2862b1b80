"""What is held on a member: exported whole, and deleted without a rest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from models.access.account import Account, Role
from models.archive import read as archive_read
from models.archive.read import owner_of
from models.cluster import Cluster
from models.members.erasure import held_on
from models.members.legal_hold import lift_hold, place_hold
from models.members.member import Member
from tests.models.archives import LATER, LONG_AGO, add_plans, archive, archiver, open_months
from tests.web.people import NUTRITION, Person
from tests.web.work import finish

EXPORT, ERASURE = "/v1/privacy/export", "/v1/privacy/erasure"


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path, cluster: Cluster) -> Flask:
    open_months(cluster)
    archive_read._footer.cache_clear()
    return make_app(archive_url=tmp_path.as_uri())


def live(person: Person, cluster: Cluster, folder: Path) -> None:
    """Leave something of a person in every table that a member can fill, and in the archive."""
    person.put("/v1/profile", {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66})
    done = person.post("/v1/plans", NUTRITION).json["id"]
    finish(cluster, done)
    assert person.post("/v1/plans", {**NUTRITION, "seed": 9}, Idempotency_Key="key-1").status_code == 202
    hook = {"url": "https://hooks.example.mil/x", "events": ["job.succeeded"]}
    assert person.post("/v1/webhooks", hook).status_code == 201
    assert person.post("/v1/logs/weights", {"date": "2026-11-20", "weight_kg": 66}).status_code in (200, 201)
    add_plans(cluster, person.member_id, [LONG_AGO])
    archiver(cluster, folder).months(LATER)


def held(cluster: Cluster, person: Person) -> dict[str, int]:
    with cluster.control() as session:
        found = {
            table.name: session.scalar(select(func.count()).select_from(table).where(whose))
            for table, whose in held_on(person.member_id)
        }
    return {name: count for name, count in found.items() if count}


def everywhere(cluster: Cluster, word: str) -> list[str]:
    """The tables of the database in whose rows the word is; the audit log, which stays, left aside."""
    with cluster.engine.connect() as connection:
        tables = connection.scalars(
            text(
                "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
                "WHERE table_schema IN ('public', 'plan_months') AND table_name <> 'audit'"
            )
        ).all()
        return [
            table for table in tables
            if connection.scalar(text(f"SELECT count(*) FROM {table} row WHERE row::text LIKE :word"),
                                 {"word": f"%{word}%"})
        ]  # fmt: skip


def test_a_member_has_all_that_is_held(anna: Person, cluster: Cluster, tmp_path: Path) -> None:
    live(anna, cluster, tmp_path)
    told: dict[str, Any] = anna.get(EXPORT).json
    assert told["member_id"] == str(anna.member_id)
    data = told["data"]
    assert set(data) >= {"member", "account", "job", "plan", "archived_plan", "webhook", "weight_log"}
    assert data["account"][0]["email"] == anna.email
    assert data["member"][0]["profile"]["weight_kg"] == 66
    assert len(data["job"]) == 2
    assert data["archived_plan"][0]["plan"]["days"]
    assert "password_hash" not in str(told)
    assert "secret" not in data["webhook"][0]


def test_an_erasure_leaves_no_row_and_no_value(
    anna: Person, ben: Person, cluster: Cluster, tmp_path: Path
) -> None:
    live(anna, cluster, tmp_path)
    live(ben, cluster, tmp_path)
    of_ben = held(cluster, ben)
    with cluster.control() as session:
        owner = owner_of(session, anna.member_id)
        assert owner is not None
    answer = anna.post(ERASURE, {"email": anna.email.upper()})
    assert answer.status_code == 200, answer.text
    counts = answer.json["counts"]
    assert (counts["archived"], counts["job"], counts["plan"], counts["outbox"]) == (1, 2, 1, 1)
    assert answer.json["uncounted"] == []
    assert held(cluster, anna) == {}
    for word in (str(anna.member_id), anna.email, str(anna.account_id)):
        assert everywhere(cluster, word) == []
    assert held(cluster, ben) == of_ben
    # The rows are in the archive's file still, and without the key they are noise.
    with cluster.control() as session:
        assert owner_of(session, anna.member_id) is None
        assert len(list(archive(tmp_path).rows(session, "plans", owner))) == 1  # with the key of before
        assert session.get(Member, anna.member_id) is None
    assert anna.member_id.bytes not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.parquet"))
    assert anna.get("/v1/profile").status_code == 401
    assert len(ben.get("/v1/plans").json["plans"]) == 2


@pytest.mark.parametrize("where", [0.5, 0.999])
def test_a_damaged_file_stops_no_erasure(
    anna: Person, cluster: Cluster, tmp_path: Path, where: float
) -> None:
    live(anna, cluster, tmp_path)
    (path,) = tmp_path.rglob("*.parquet")
    raw = bytearray(path.read_bytes())
    raw[int(len(raw) * where)] ^= 0x40
    path.write_bytes(raw)
    answer = anna.post(ERASURE, {"email": anna.email})
    assert answer.status_code == 200, answer.text
    assert (answer.json["counts"]["archived"], answer.json["counts"]["plan"]) == (0, 1)
    assert answer.json["uncounted"] == [str(path.relative_to(tmp_path))]
    assert held(cluster, anna) == {}
    with cluster.control() as session:
        assert owner_of(session, anna.member_id) is None


def test_an_erasure_is_confirmed_with_the_own_address(anna: Person) -> None:
    answer = anna.post(ERASURE, {"email": "ben@example.mil"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/email")
    assert anna.get("/v1/profile").status_code == 200


def test_what_is_under_a_hold_is_not_erased(anna: Person, cluster: Cluster) -> None:
    with cluster.control() as session:
        place_hold(session, anna.member_id, "a claim", "test")
    assert anna.post(ERASURE, {"email": anna.email}).status_code == 409
    with cluster.control() as session:
        assert lift_hold(session, anna.member_id)
    assert anna.post(ERASURE, {"email": anna.email}).status_code == 200


def test_an_administrator_erases_members_of_the_own_tenant(
    anna: Person, ben: Person, cluster: Cluster
) -> None:
    path = f"/v1/administration/members/{ben.member_id}"
    assert anna.delete(path).status_code == 403
    with cluster.control() as session:
        account = session.get_one(Account, anna.account_id)
        account.role = Role.ADMINISTRATOR
    answer = anna.delete(path)
    if answer.status_code == 403:  # the role is in the token
        from tests.web.people import login

        anna = Person(anna.app, anna.email, login(anna.app, anna.email).get_json())
        answer = anna.delete(path)
    assert answer.status_code == 200
    assert anna.delete(path).status_code == 404
    assert anna.delete(f"/v1/administration/members/{anna.member_id}").status_code == 409
    audit = anna.get("/v1/administration/audit").json["entries"]
    assert [e["subject"] for e in audit if e["action"] == "erase_member"] == [f"member {ben.member_id}"]
