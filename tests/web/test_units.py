"""Units: leaders see figures of five or more and no person, specialists members of their own unit."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from models.access.account import Role
from models.cluster import Cluster
from models.ids import new_id
from models.members.member import Member, profile_columns
from tests.web.operators import add_tenant, join_with_role
from tests.web.people import BODY, NUTRITION, Person, join
from tests.web.work import finish
from web.units import FEWEST

Put = Callable[..., None]


@pytest.fixture
def put(cluster: Cluster) -> Put:
    """Put people into a unit."""

    def put_into(unit: str, *people: Person) -> None:
        with cluster.control() as session:
            ids = [person.member_id for person in people]
            session.execute(update(Member).where(Member.id.in_(ids)).values(unit=unit))

    return put_into


@pytest.fixture
def leader(app: Flask, cluster: Cluster, put: Put) -> Person:
    made = join_with_role(app, cluster, Role.UNIT_LEADER)
    put("Alpha", made)
    return made


@pytest.fixture
def coach(app: Flask, cluster: Cluster, put: Put) -> Person:
    made = join_with_role(app, cluster, Role.SPECIALIST)
    put("Alpha", made)
    return made


def add_members(cluster: Cluster, like: Person, count: int, *, told: bool) -> None:
    with cluster.control() as session:
        own = session.get(Member, like.member_id)
        for _ in range(count):
            made = Member(id=new_id(0), tenant_id=own.tenant_id, unit=own.unit)
            if told:
                made.measured = profile_columns(session, made.tenant_id, made.id, BODY)["measured"]
            session.add(made)


@pytest.mark.parametrize(("others", "shown"), [(FEWEST - 2, None), (FEWEST - 1, FEWEST)])
def test_a_unit_is_counted_from_five_members_on(
    leader: Person, cluster: Cluster, others: int, shown: int | None
) -> None:
    add_members(cluster, leader, others, told=True)
    summary = leader.get("/v1/unit/summary").json
    assert (summary["unit"], summary["members"]) == ("Alpha", shown)


@pytest.mark.parametrize(
    ("told", "others", "shown"),
    [(5, 4, 5), (4, 5, None), (5, 3, None), (6, 4, 5), (10, 9, 10), (9, 0, None), (0, 9, None)],
)
def test_a_figure_shows_no_small_group_and_no_small_rest(
    leader: Person, cluster: Cluster, told: int, others: int, shown: int | None
) -> None:
    add_members(cluster, leader, told, told=True)
    add_members(cluster, leader, others, told=False)
    assert leader.get("/v1/unit/summary").json["with_profile"] == shown


def test_two_looks_do_not_tell_what_one_person_did_between_them(leader: Person, cluster: Cluster) -> None:
    add_members(cluster, leader, 6, told=True)
    add_members(cluster, leader, 8, told=False)
    before = leader.get("/v1/unit/summary").json["with_profile"]
    leader.put("/v1/profile", BODY)
    assert leader.get("/v1/unit/summary").json["with_profile"] == before == 5


def test_a_figure_counts_the_own_unit_of_the_own_tenant_only(
    app: Flask, leader: Person, cluster: Cluster, put: Put
) -> None:
    add_tenant(cluster, "elsewhere")
    there = join(app, "zoe@example.mil", tenant="elsewhere")
    put("Alpha", there)
    add_members(cluster, there, 6, told=True)
    other = join(app, "yan@example.mil")
    put("Bravo", other)
    summary = leader.get("/v1/unit/summary").json
    assert summary == {
        "unit": "Alpha", "members": None, "with_profile": None, "with_menu": None, "with_training": None
    }  # fmt: skip


def test_whoever_is_in_no_unit_is_told_so(app: Flask, cluster: Cluster) -> None:
    answer = join_with_role(app, cluster, Role.UNIT_LEADER).get("/v1/unit/summary")
    assert answer.status_code == 404
    assert "administrator" in answer.json["detail"]


def test_a_specialist_sees_plans_and_profiles_of_the_own_unit(
    coach: Person, anna: Person, cluster: Cluster, put: Put
) -> None:
    put("Alpha", anna)
    anna.put("/v1/profile", BODY)
    plan_id = str(finish(cluster, anna.post("/v1/plans", NUTRITION).json["id"]))
    one = f"/v1/unit/members/{anna.member_id}"
    listed = coach.get("/v1/unit/members").json["members"]
    assert {"member_id": str(anna.member_id), "name": "A name"} in listed
    assert coach.get(f"{one}/profile").json["weight_kg"] == BODY["weight_kg"]
    plans = coach.get(f"{one}/plans")
    assert [plan["id"] for plan in plans.json["plans"]] == [plan_id]
    assert coach.get(f"{one}/plans/{plan_id}").json["id"] == plan_id


@pytest.mark.parametrize("where", ["no unit", "another unit", "another tenant"])
def test_a_specialist_sees_nobody_elses(
    app: Flask, coach: Person, cluster: Cluster, put: Put, where: str
) -> None:
    add_tenant(cluster, "elsewhere")
    person = join(app, "zoe@example.mil", tenant="elsewhere" if where == "another tenant" else "default")
    if where != "no unit":
        put("Bravo" if where == "another unit" else "Alpha", person)
    plan_id = finish(cluster, person.post("/v1/plans", NUTRITION).json["id"])
    one = f"/v1/unit/members/{person.member_id}"
    for path in (f"{one}/profile", f"{one}/plans", f"{one}/plans/{plan_id}"):
        assert coach.get(path).status_code == 404
    own = f"/v1/unit/members/{coach.member_id}"
    assert coach.get(f"{own}/plans/{plan_id}").status_code == 404
    assert str(person.member_id) not in coach.get("/v1/unit/members").text


def test_every_look_of_a_specialist_is_in_the_audit_log(
    app: Flask, coach: Person, anna: Person, cluster: Cluster, put: Put
) -> None:
    put("Alpha", anna)
    coach.get(f"/v1/unit/members/{anna.member_id}/profile")
    chief = join_with_role(app, cluster, Role.ADMINISTRATOR)
    entries = chief.get("/v1/administration/audit").json["entries"]
    (look,) = (entry for entry in entries if entry["action"] == "get_unit_member_profile")
    told = (look["actor"], look["subject"])
    assert told == (f"account {coach.account_id}", f"member id {anna.member_id}")
