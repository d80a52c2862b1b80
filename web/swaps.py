"""A plan that there is: put something else in the place of a part of it, or ask what could stand there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from models.access.account import Role
from models.jobs.job import Job, JobState
from models.jobs.plan_change import About
from planners.change import CHANGES, QUESTIONS, asked_json, check_in_plan, read_change, read_question
from web.answers import json_answer
from web.asking import ask_about, idempotency_key
from web.bodies import typed
from web.jobs import job_of
from web.plans import PLAN, accepted, made_answer, plan_of
from web.problems import BY_STATUS, problem_answer, problem_types
from web.routes import Answer, OneOf, Routes
from web.schemas import JobView, MenuAlternatives, TrainingAlternatives
from web.services import services
from web.tokens import Caller
from web.waiting import preferred_wait_s, wait_for

routes = Routes("plans")

ANSWER_WAIT_S = 5.0  # what a question waits for its answer when the client does not say
WORDS = {str(word): change for changes in CHANGES.values() for word, change in changes.items()}
CHANGE = OneOf(
    tuple(WORDS.values()), "PlanChange", "What is put in the place of what.", by="swap", words=tuple(WORDS)
)
QUESTION = OneOf(tuple(QUESTIONS.values()), "PlanQuestion", "What something else could stand for.")
ANSWER = OneOf(
    (MenuAlternatives, TrainingAlternatives), "Alternatives", "What could stand there.",
    words=tuple(map(str, QUESTIONS)),
)  # fmt: skip


@routes.route(
    "POST", "/v1/plans/<uuid:plan_id>/swap",
    "Replace an item, a meal or a day of a menu, an exercise or a session of a training plan, or let two "
    "days of a menu trade places; a new plan takes this one's place",
    auth=Role.MEMBER, body=CHANGE, headers=("Prefer", "Idempotency-Key"),
    answers=(
        Answer(status=202, text="The job to poll; with `Prefer: wait` it may have failed already.",
               body=JobView, headers=("Location", "Retry-After", "Preference-Applied")),
        Answer(status=201, text="The plan with the change, ready within the time of `Prefer: wait`.",
               body=PLAN, headers=("Location", "ETag", "Preference-Applied")),
    ),
    problems=("idempotency-key-reused", "invalid-header", "forbidden", "quota-reached", "conflict"),
)  # fmt: skip
def change_plan(plan_id: UUID, caller: Caller, body: object) -> Response:
    key = idempotency_key()
    wait_s = preferred_wait_s(services().settings.wait_most_s)
    plan = plan_of(plan_id, caller)
    change = read_change(plan.kind, body)
    check_in_plan(plan.body, change)
    about = About(plan_id=plan_id, change=asked_json(change))
    with services().cluster.write(caller.member_id) as session:
        job = ask_about(session, caller, plan, about, key).job
    return made_answer(job, caller, wait_s)


@routes.route(
    "GET", "/v1/plans/<uuid:plan_id>/alternatives",
    "What could stand instead of an item of a menu, or of an exercise or a session of a training plan",
    auth=Role.MEMBER, query=QUESTION, headers=("Prefer",),
    answers=(
        Answer(status=200, text="Up to five and what each changes, the best first.", body=ANSWER),
        Answer(status=202, text="Not ready within the wait: ask again after Retry-After seconds.",
               body=JobView, headers=("Location", "Retry-After")),
    ),
    problems=("quota-reached", "conflict"),
)  # fmt: skip
def list_alternatives(plan_id: UUID, caller: Caller, query: dict[str, str]) -> Response:
    wait_s = preferred_wait_s(services().settings.wait_most_s)
    plan = plan_of(plan_id, caller)
    question = read_question(plan.kind, typed(QUESTIONS[plan.kind], query))
    check_in_plan(plan.body, question)
    about = About(plan_id=plan_id, question=asked_json(question))
    with services().cluster.write(caller.member_id) as session:
        job = ask_about(session, caller, plan, about).job
    wait_for(services(), job.id, ANSWER_WAIT_S if wait_s is None else wait_s)
    with services().cluster.read(job.id) as session:
        return _answer(job_of(session, job.id, caller))


def _answer(job: Job) -> Response:
    if job.answer is not None:
        return json_answer({"kind": job.kind, **job.answer})
    if job.state != JobState.FAILED or job.error is None:
        return accepted(job)
    kind = problem_types().get(job.error["type"].rpartition("/")[2], BY_STATUS[500])
    carried = ("errors", "conflicts", "any_one_of")
    more: dict[str, Any] = {name: job.error[name] for name in carried if name in job.error}
    return problem_answer(kind, job.error["detail"], more)
