"""The profile: read, replaced, and never overwritten unseen."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from models.jobs.job import Job
from planners.nutrition.proof import raw_foods
from planners.spec import Member
from tests.web.people import BODY, NUTRITION, Person, days_from_now, pointers
from workers.run_job import Bench, run_job


def test_a_new_profile_tells_nothing(anna: Person) -> None:
    answer = anna.get("/v1/profile")
    assert answer.status_code == 200
    assert set(answer.json.values()) == {None}


def test_a_profile_reads_as_it_was_put(anna: Person) -> None:
    put = anna.put("/v1/profile", {**BODY, "branch": "army"})
    read = anna.get("/v1/profile")
    assert put.json == read.json
    told = {name: value for name, value in read.json.items() if value is not None}
    assert told == {**BODY, "branch": "army"}
    assert put.headers["ETag"] == read.headers["ETag"]


def test_putting_replaces_the_whole(anna: Person) -> None:
    anna.put("/v1/profile", {**BODY, "branch": "army"})
    assert anna.put("/v1/profile", BODY).json["branch"] is None


def test_an_unchanged_profile_is_304(anna: Person) -> None:
    tag = anna.put("/v1/profile", BODY).headers["ETag"]
    answer = anna.get("/v1/profile", If_None_Match=tag)
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_changed_profile_has_another_tag(anna: Person) -> None:
    tag = anna.put("/v1/profile", BODY).headers["ETag"]
    anna.put("/v1/profile", BODY)
    assert anna.get("/v1/profile", If_None_Match=tag).status_code == 200


def test_a_change_made_from_an_old_version_is_refused(anna: Person) -> None:
    tag = anna.get("/v1/profile").headers["ETag"]
    assert anna.put("/v1/profile", BODY, If_Match=tag).status_code == 200
    answer = anna.put("/v1/profile", {**BODY, "weight_kg": 50}, If_Match=tag)
    assert answer.status_code == 412
    assert answer.json["type"] == "/problems/precondition-failed"
    assert anna.get("/v1/profile").json["weight_kg"] == 66


def test_any_version_may_be_asked_for(anna: Person) -> None:
    assert anna.put("/v1/profile", BODY, If_Match="*").status_code == 200


def test_a_weak_tag_never_matches_for_a_change(anna: Person) -> None:
    tag = anna.get("/v1/profile").headers["ETag"]
    assert anna.put("/v1/profile", BODY, If_Match=f"W/{tag}").status_code == 412


def test_a_profile_has_every_field_of_a_plan_requests_member(anna: Person) -> None:
    assert list(anna.get("/v1/profile").json) == [*(field.name for field in fields(Member)), "allergies"]


def test_limits_are_those_of_a_plan_request(anna: Person) -> None:
    assert anna.put("/v1/profile", {"age_years": 17, "weight_kg": 35}).status_code == 200
    assert pointers(anna.put("/v1/profile", {"age_years": 16})) == ["/age_years"]
    assert pointers(anna.put("/v1/profile", {"weight_kg": 34.9})) == ["/weight_kg"]


def test_each_member_has_their_own(anna: Person, ben: Person) -> None:
    anna.put("/v1/profile", BODY)
    assert ben.get("/v1/profile").json["weight_kg"] is None


def test_allergies_are_told_once_for_every_menu(anna: Person) -> None:
    put = anna.put("/v1/profile", {**BODY, "allergies": ["milk"]})
    assert (put.status_code, put.json["allergies"]) == (200, ["milk"])
    assert anna.get("/v1/profile").json == put.json
    asked = {"kind": "nutrition", "days": 1, "allergies": ["egg"]}
    first = anna.post("/v1/plans", asked, Idempotency_Key="one")
    assert first.status_code == 202, first.text
    assert allergies_of(anna, first.json["id"]) == ["egg", "milk"]
    anna.put("/v1/profile", {**BODY, "allergies": ["soy"]})
    again = anna.post("/v1/plans", asked, Idempotency_Key="one")
    assert (again.status_code, again.json["id"]) == (202, first.json["id"])
    second = anna.post("/v1/plans", {"kind": "nutrition", "days": 1})
    assert allergies_of(anna, second.json["id"]) == ["soy"]


def allergies_of(person: Person, job_id: str) -> list[str]:
    """What the request of a job rules out."""
    with person.app.extensions["reveille"].cluster.control() as session:
        return list(session.get_one(Job, UUID(job_id)).request["allergies"])


def test_allergies_that_nobody_knows_or_that_stand_twice_are_refused(anna: Person) -> None:
    assert pointers(anna.put("/v1/profile", {"allergies": ["dust"]})) == ["/allergies/0"]
    assert pointers(anna.put("/v1/profile", {"allergies": ["egg", "egg"]})) == ["/allergies/1"]
    body = {"kind": "nutrition", "member": {**BODY, "allergies": ["egg"]}}
    assert pointers(anna.post("/v1/plans", body)) == ["/member/allergies"]


def test_menu_under_way_is_made_anew_when_it_does_not_know_of_an_allergy(anna: Person, bench: Bench) -> None:
    lock = {"day": 3, "slot": "breakfast", "food_code": 57100100, "grams": 40}
    asked = {**NUTRITION, "start_date": days_from_now(-1), "days": 4, "locked": [lock]}
    before = plan_of(anna, anna.post("/v1/plans", asked).json["id"], bench)
    assert holds(before, "milk")
    answer = anna.put("/v1/profile", {**BODY, "allergies": ["milk"]})
    assert answer.status_code == 200, answer.text
    after = plan_of(anna, answer.headers["Location"].rpartition("/")[2], bench)
    assert (after["state"], after["days"][0]["date"], len(after["days"])) == ("current", days_from_now(0), 3)
    assert not holds(after, "milk")
    locked = [item["food_code"] for item in after["days"][1]["meals"][0]["items"] if item["locked"]]
    assert locked == [57100100]
    assert anna.get(f"/v1/plans/{before['id']}").json["state"] == "superseded"
    assert "Location" not in anna.put("/v1/profile", {**BODY, "allergies": ["milk"]}).headers


def plan_of(person: Person, job_id: str, bench: Bench) -> dict[str, Any]:
    run_job(UUID(job_id), bench)
    plan_id = person.get(f"/v1/jobs/{job_id}").json["plan_id"]
    return dict(person.get(f"/v1/plans/{plan_id}").json)


def holds(plan: dict[str, Any], allergen: str) -> bool:
    """By the words of the catalogue's file."""
    items = [item for day in plan["days"] for meal in day["meals"] for item in meal["items"]]
    return any(raw_foods()[str(item["food_code"])][f"contains_{allergen}"] != "no" for item in items)


def test_menu_that_is_over_is_not_made_anew(anna: Person, bench: Bench) -> None:
    asked = {**NUTRITION, "start_date": days_from_now(-5), "days": 2}
    plan_of(anna, anna.post("/v1/plans", asked).json["id"], bench)
    assert "Location" not in anna.put("/v1/profile", {**BODY, "allergies": ["milk"]}).headers
