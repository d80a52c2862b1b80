"""`reveille plans`: a row's plan, whole and as it is held."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from models.jobs.claim import claim
from models.jobs.finish import Made, succeed
from operations.cli import reveille
from tests.models.rows import add_job
from workers.run_job import make_json

Run = Callable[..., Result]


@pytest.fixture
def plans(settings) -> Run:
    return lambda *words: CliRunner().invoke(
        reveille, ["plans", *map(str, words)], env=settings.environment(), catch_exceptions=False
    )


def test_a_plan_is_shown_whole_and_as_its_row_holds_it(plans, cluster):
    with cluster.control() as session:
        job_id = add_job(session).id
    with cluster.control() as session:
        held = claim(session, [job_id], worker="w", lease_s=60)[job_id]
    body = make_json(held.request, lambda: False)
    with cluster.control() as session:
        (plan_id,) = succeed(session, [Made(held=held, body=body)])
    assert json.loads(plans("show", plan_id).stdout) == body
    lean = json.loads(plans("show", plan_id, "--decisions").stdout)
    assert (lean["start"], len(lean["days"])) == (body["start_date"], 1)
    assert "shopping_list" not in lean


def test_a_plan_that_is_not_there_is_told_of(plans):
    gone = uuid4()
    result = plans("show", gone)
    assert (result.exit_code, result.stderr) == (1, f"Error: there is no plan {gone}\n")
