"""What an app does with the client that is generated from the document: every step with typed models.

Run as a program with the platform's address, beside the generated package; `test_generated_client.py` does,
and has it type-checked first.
"""

from __future__ import annotations

import datetime
import sys
import threading
from typing import TypeVar
from uuid import UUID

from reveille_client import AuthenticatedClient, Client
from reveille_client.api.accounts import login, register
from reveille_client.api.jobs import get_job
from reveille_client.api.logs import get_progress, log_intake, log_weight, log_workout, rate_food
from reveille_client.api.plans import change_plan, get_plan, list_alternatives, list_plans, request_plan
from reveille_client.api.profile import get_profile, put_profile
from reveille_client.models import (
    AccountView,
    Activity,
    Allergen,
    FitnessTest,
    FoodEntry,
    IntakeEntry,
    ItemSwap,
    JobState,
    JobView,
    Login,
    MenuAlternatives,
    NutritionPlan,
    NutritionRequest,
    PlanPage,
    Problem,
    Profile,
    Progress,
    Registration,
    ResultEntry,
    RunEntry,
    SessionStatus,
    Sex,
    Tokens,
    Verdict,
    Weekday,
    WeightEntry,
    WorkoutEntry,
    WorkoutPlan,
    WorkoutRequest,
)

T = TypeVar("T")
EMAIL, PASSWORD = "app@example.mil", "correct horse battery"
WAIT = "wait=30"
TODAY = datetime.datetime.now(datetime.UTC).date()


def got(kind: type[T], answer: object) -> T:
    """The answer as what it must be, for people and for the type checker."""
    assert isinstance(answer, kind), answer
    return answer


def logged_in(address: str) -> AuthenticatedClient:
    guest = Client(base_url=address)
    wanted = Registration(email=EMAIL, password=PASSWORD, name="An app")
    account = got(AccountView, register.sync(client=guest, body=wanted))
    tokens = got(Tokens, login.sync(client=guest, body=Login(email=EMAIL, password=PASSWORD)))
    assert tokens.account.id == account.id
    return AuthenticatedClient(base_url=address, token=tokens.access_token)


def tell_profile(client: AuthenticatedClient) -> None:
    told = Profile(
        sex=Sex.FEMALE, age_years=30, height_cm=168, weight_kg=66, activity=Activity.ACTIVE
    )  # fmt: skip
    kept = got(Profile, put_profile.sync(client=client, body=told, if_match="*"))
    assert (kept.sex, kept.weight_kg) == (Sex.FEMALE, 66)
    assert got(Profile, get_profile.sync(client=client)) == kept


def finished(client: AuthenticatedClient, job_id: UUID) -> JobView:
    """Poll a job as often as it asks for."""
    while True:
        answer = get_job.sync_detailed(job_id, client=client)
        job = got(JobView, answer.parsed)
        if job.state not in (JobState.QUEUED, JobState.RUNNING):
            return job
        threading.Event().wait(float(answer.headers["Retry-After"]))


def menu(client: AuthenticatedClient) -> NutritionPlan:
    wanted = NutritionRequest(kind="nutrition", days=3, allergies=[Allergen.PEANUT])
    asked = got(JobView, request_plan.sync(client=client, body=wanted, idempotency_key="menu-1"))
    again = got(JobView, request_plan.sync(client=client, body=wanted, idempotency_key="menu-1"))
    assert asked.id == again.id
    job = finished(client, asked.id)
    assert job.state is JobState.SUCCEEDED, job.error
    assert job.plan_id is not None
    plan = got(NutritionPlan, get_plan.sync(job.plan_id, client=client))
    assert [day.day for day in plan.days] == [1, 2, 3]
    assert plan.weeks[0].hei_2020.total > 0
    return plan


def swap(client: AuthenticatedClient, plan: NutritionPlan) -> None:
    meal = plan.days[0].meals[-1]
    food = meal.items[0].food_code
    offered = got(
        MenuAlternatives,
        list_alternatives.sync(
            plan.id, client=client, day=1, slot=meal.slot, food_code=food, prefer=WAIT
        ),
    )  # fmt: skip
    wanted = offered.alternatives[0].item.food_code
    change = ItemSwap(swap="item", day=1, slot=meal.slot, food_code=food, to=wanted)
    changed = got(NutritionPlan, change_plan.sync(plan.id, client=client, body=change, prefer=WAIT))
    assert wanted in [item.food_code for item in changed.days[0].meals[-1].items]


def train(client: AuthenticatedClient) -> WorkoutPlan:
    days = [Weekday.MON, Weekday.THU]
    wanted = WorkoutRequest(kind="workout", weeks=4, days_per_week=2, available_days=days)
    plan = got(WorkoutPlan, request_plan.sync(client=client, body=wanted, prefer=WAIT))
    assert all(check.met for check in plan.checks.additional_properties.values())
    assert {day.weekday for day in plan.weeks[0].days} <= set(days)
    return plan


def log(client: AuthenticatedClient, eaten: int) -> None:
    got(WeightEntry, log_weight.sync(client=client, body=WeightEntry(date=TODAY, weight_kg=65.5)))
    got(IntakeEntry, log_intake.sync(client=client, body=IntakeEntry(date=TODAY, kcal=2100)))
    got(FoodEntry, rate_food.sync(client=client, body=FoodEntry(food_code=eaten, verdict=Verdict.LIKED)))
    session = WorkoutEntry(
        date=TODAY, status=SessionStatus.DONE, minutes=40, rpe=6,
        runs=[RunEntry(distance_m=3200, seconds=1100)],
        results=[ResultEntry(test=FitnessTest.AFT, event="2MR", result=1100)],
    )  # fmt: skip
    got(WorkoutEntry, log_workout.sync(client=client, body=session))


def look(client: AuthenticatedClient) -> None:
    progress = got(Progress, get_progress.sync(client=client))
    assert progress.weight.latest_kg == 65.5
    assert (progress.intake.days, progress.training[-1].done) == (1, 1)
    assert (progress.tests[0].test, progress.tests[0].latest) == (FitnessTest.AFT, 1100)
    assert progress.plans.additional_properties.keys() == {"nutrition", "workout"}
    page = got(PlanPage, list_plans.sync(client=client, limit=1))
    assert page.next_cursor is not None
    older = got(PlanPage, list_plans.sync(client=client, limit=1, cursor=page.next_cursor))
    assert older.plans[0].id != page.plans[0].id


def be_refused(client: AuthenticatedClient) -> None:
    wrong = NutritionRequest(kind="nutrition", days=99)
    problem = got(Problem, request_plan.sync(client=client, body=wrong))
    assert isinstance(problem.errors, list)
    assert (problem.status, problem.errors[0].pointer) == (422, "/days")


def main(address: str) -> None:
    client = logged_in(address)
    tell_profile(client)
    plan = menu(client)
    swap(client, plan)
    train(client)
    log(client, plan.days[0].meals[0].items[0].food_code)
    look(client)
    be_refused(client)


if __name__ == "__main__":
    main(sys.argv[1])
