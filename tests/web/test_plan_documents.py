"""Plans that the planners really make are as the OpenAPI document says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from models.cluster import Cluster
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import read_request
from tests.web.people import NUTRITION, WORKOUT, Person
from tests.web.work import save, start

DAY = datetime.now(UTC).date() + timedelta(days=56)
TEST = {
    "name": "aft", "date": DAY.isoformat(), "standard": "general", "current": {"MDL": 160, "2MR": 1240}
}  # fmt: skip
REQUESTS = {
    "NutritionPlan": NUTRITION,
    "WorkoutPlan": {**WORKOUT, "goal": "fitness_test", "test": TEST, "equipment": ["barbell", "pull_up_bar"]},
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_real_plan_is_as_documented(name: str, app: Flask, anna: Person, cluster: Cluster) -> None:
    job_id = anna.post("/v1/plans", REQUESTS[name]).json["id"]
    held = start(cluster, job_id)
    body: dict[str, Any] = plan_json(make_plan(read_request(held.request, today=date(2026, 11, 1))))
    answer = anna.get(f"/v1/plans/{save(cluster, held, body)}")
    document = app.test_client().get("/v1/openapi.json").json
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [f"{e.json_path}: {e.message}"[:200] for e in checker.iter_errors(answer.json)] == []
    assert body.items() <= answer.json.items()
