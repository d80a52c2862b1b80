"""An allergy told after a menu was made: never in a swap, an offer or the next menu, by two code paths."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.cluster import Cluster
from models.jobs.job import Job
from models.plans.plan import Plan, PlanState
from models.plans.stored import read_plan
from planners.change import read_question
from planners.make import offers, prove
from planners.nutrition.proof import UnsafePlan, raw_foods
from planners.spec import Allergen, Kind, read_request
from planners.told import with_allergies
from tests.models.nights import NIGHT, counts, give_plan, start
from tests.models.rows import add_job
from tests.workers.test_run_chunk import ask_about, bench_of, change_profile, plan_of, work_off
from workers.run_job import Outcome, run_job


@pytest.fixture
def bench(cluster, settings):
    return bench_of(cluster, settings)


@pytest.fixture
def menu(cluster, bench):
    """A member's menu of a day."""
    with cluster.control() as session:
        job = add_job(session)
    assert run_job(job.id, bench) == Outcome.SUCCEEDED
    return plan_of(cluster, job.member_id)


def codes_of(body):
    return [item["food_code"] for day in body["days"] for meal in day["meals"] for item in meal["items"]]


def may_hold(code, allergen):
    """By the words of the catalogue's file."""
    return raw_foods()[str(code)][f"contains_{allergen}"] != "no"


def question_of(menu):
    dinner = menu.body["days"][0]["meals"][-1]
    return {"day": 1, "slot": dinner["slot"], "food_code": dinner["items"][0]["food_code"]}


def asked(cluster, bench, menu):
    """What is offered, as the job's row has it."""
    job_id = ask_about(cluster, menu, question=question_of(menu))
    assert run_job(job_id, bench) == Outcome.SUCCEEDED
    return [offer["item"]["food_code"] for offer in row(cluster, job_id).answer["alternatives"]]


def row(cluster, job_id):
    with cluster.control() as session:
        return session.get_one(Job, job_id)


def coming_allergy(menu, offered):
    """A food that is offered, and an allergen that it may hold and nothing on the menu does."""
    return next(
        (code, allergen)
        for code in offered
        for allergen in Allergen
        if may_hold(code, allergen) and not any(may_hold(c, allergen) for c in codes_of(menu.body))
    )


def test_food_is_offered_no_more_once_its_allergy_is_told(cluster, bench, menu):
    before = asked(cluster, bench, menu)
    code, allergen = coming_allergy(menu, before)
    change_profile(cluster, menu.member_id, allergies=[allergen])
    after = asked(cluster, bench, menu)
    assert code in before
    assert after
    assert not [c for c in after if may_hold(c, allergen)]


def test_food_is_not_swapped_in_once_its_allergy_is_told(cluster, bench, menu):
    code, allergen = coming_allergy(menu, asked(cluster, bench, menu))
    change_profile(cluster, menu.member_id, allergies=[allergen])
    swap = {"swap": "item", **question_of(menu)}
    wanted = ask_about(cluster, menu, change={**swap, "to": code})
    assert run_job(wanted, bench) == Outcome.FAILED
    assert row(cluster, wanted).error["errors"][0]["pointer"] == "/to"
    assert run_job(ask_about(cluster, menu, change=swap), bench) == Outcome.SUCCEEDED
    made = plan_of(cluster, menu.member_id)
    assert made.id != menu.id
    assert not [c for c in codes_of(made.body) if may_hold(c, allergen)]


@pytest.mark.parametrize("how", ["change", "question"])
def test_menu_that_serves_the_food_itself_is_left_with_a_sentence(cluster, bench, menu, how):
    allergen = next(a for a in Allergen if any(may_hold(c, a) for c in codes_of(menu.body)))
    change_profile(cluster, menu.member_id, allergies=[allergen])
    about = {"swap": "item", **question_of(menu)} if how == "change" else question_of(menu)
    job_id = ask_about(cluster, menu, **{how: about})
    assert run_job(job_id, bench) == Outcome.FAILED
    error = row(cluster, job_id).error
    assert error["type"] == "/problems/infeasible"
    assert f"may hold {allergen}" in error["conflicts"][0]
    assert "ask for a new menu" in error["conflicts"][0]
    assert plan_of(cluster, menu.member_id).id == menu.id


def test_second_look_alone_refuses_what_the_planner_would_offer_without_the_allergy(menu):
    request = read_request(menu.request, today=menu.start_date)
    found = offers(request, menu.body, read_question(Kind.NUTRITION, question_of(menu)))
    _, allergen = coming_allergy(menu, [offer.item.food_code for offer in found])
    prove(request, found)
    with pytest.raises(UnsafePlan, match=f"may hold {allergen}"):
        prove(with_allergies(request, (allergen,)), found)


class Telling(Cluster):
    """A cluster whose member tells of an allergy between the planner's look at the profile and the last."""

    def __init__(self, *told, tell, **named):
        super().__init__(*told, **named)
        self.tell, self.seen = tell, 0

    @contextmanager
    def write(self, row_id):
        self.seen += 1
        if self.seen == 2:
            self.tell()
        with super().write(row_id) as session:
            yield session


def test_allergy_that_is_told_while_a_swap_is_planned_stops_it(cluster, settings, menu):
    def tell():
        change_profile(cluster, menu.member_id, allergies=["sesame"])

    swap = ask_about(cluster, menu, change={"swap": "item", **question_of(menu)})
    telling = Telling(settings, name="test", tell=tell)
    assert run_job(swap, bench_of(telling, settings)) == Outcome.FAILED
    telling.close()
    error = row(cluster, swap).error
    assert (error["type"], error["status"]) == ("/problems/conflict", 409)
    assert "ask once more" in error["detail"]
    assert plan_of(cluster, menu.member_id).id == menu.id


def test_night_begins_a_new_menu_without_the_food_and_its_lock(cluster, settings, bench):
    lock = {"day": 4, "slot": "breakfast", "food_code": 11112210, "grams": 240}
    member_id = give_plan(cluster, days=7, locked=[lock])
    before = plan_of(cluster, member_id)
    assert any(may_hold(c, "milk") for c in codes_of(before.body))
    change_profile(cluster, member_id, allergies=["milk"])
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}
    after = plan_of(cluster, member_id)
    assert after.start_date == NIGHT
    assert (after.request["allergies"], after.request["locked"]) == (["milk"], [])
    assert not [c for c in codes_of(after.body) if may_hold(c, "milk")]
    told = " ".join(after.body["changes"])
    assert "no food may hold milk" in told
    assert "is locked no longer" in told
    with cluster.control() as session:
        assert read_plan(session, before.id).body == before.body  # what was lived is told as it was
    start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"unchanged": 1}


def test_allergy_that_was_told_before_the_plan_of_now_was_asked_for_holds_all_the_same(
    cluster, settings, bench
):
    """As when another process wrote the request, without a look at the profile."""
    member_id = give_plan(cluster, days=7)
    change_profile(cluster, member_id, allergies=["egg"])
    with cluster.control() as session:
        mine = select(Plan).where(Plan.member_id == member_id, Plan.state == PlanState.CURRENT)
        session.scalars(mine).one().created_at = datetime.now(UTC)
    start(cluster, settings)
    work_off(cluster, bench)
    after = plan_of(cluster, member_id)
    assert after.request["allergies"] == ["egg"]
    assert not [c for c in codes_of(after.body) if may_hold(c, "egg")]
