"""API1:2023 Broken object level authorization: whatever has an id is there for its owner alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from models.access.account import Role
from models.cluster import Cluster
from tests.web.operators import add_tenant
from tests.web.people import NUTRITION, Person, join
from tests.web.work import finish
from web.app import ROUTES
from web.openapi.parameters import PATH_ARGUMENT
from web.routes import Route

ID_ROUTES = [route for route in ROUTES if isinstance(route.auth, Role) and PATH_ARGUMENT.search(route.path)]

HOOK = "https://hooks.example.mil/reveille"

BODIES: dict[str, Any] = {
    "put_account": {"role": "operator", "state": "active"},
    "put_unit": {"unit": "Alpha"},
    "pause_queue": {"reason": "x"},
}


def things_of(person: Person, cluster: Cluster) -> dict[str, object]:
    """One of everything that has an id, by the names that routes give it."""
    job_id = UUID(person.post("/v1/plans", NUTRITION).json["id"])
    hook = person.post("/v1/webhooks", {"url": HOOK}).json["webhook"]["id"]
    key = person.post("/v1/api-keys", {"name": "x", "scopes": ["plans:read"]}).json["api_key"]["id"]
    done = UUID(person.post("/v1/plans", {**NUTRITION, "seed": 8}).json["id"])
    day = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    person.post("/v1/logs/weights", {"date": day, "weight_kg": 66})
    person.post("/v1/logs/intake", {"date": day, "kcal": 2300})
    entry = person.post("/v1/logs/workouts", {"date": day, "status": "missed"}).json["id"]
    return {
        "day": day, "entry_id": entry, "plan_id": finish(cluster, str(done)),
        "job_id": job_id, "webhook_id": hook, "key_id": key,
        "message": f"msg_{job_id.hex}_1", "account_id": person.account_id, "member_id": person.member_id,
        "queue": "batch", "batch_id": job_id, "slug": "default",
    }  # fmt: skip


@pytest.mark.parametrize("where", ["the same tenant", "another tenant"])
class TestBrokenObjectLevelAuthorization:
    def test_every_address_with_an_id_answers_a_stranger_as_if_it_were_not_there(
        self, app: Flask, cluster: Cluster, anna: Person, where: str
    ) -> None:
        add_tenant(cluster, "elsewhere")
        tenant = "default" if where == "the same tenant" else "elsewhere"
        stranger = join(app, "stranger@example.mil", tenant=tenant)
        things = things_of(anna, cluster)
        before = self.everything(anna, things)
        for route in ID_ROUTES:
            answer = stranger.send(route.method, address(route, things), **body(route))
            allowed = (
                {403} if route.auth != Role.MEMBER else {404, 422} if route.body or route.query else {404}
            )
            assert answer.status_code in allowed, (route.name, answer.status_code, answer.text)
            assert answer.mimetype == "application/problem+json"
        assert self.everything(anna, things) == before

    def everything(self, person: Person, things: dict[str, object]) -> list[Any]:
        paths = (
            "jobs/{job_id}", "plans/{plan_id}", "webhooks/{webhook_id}", "profile", "api-keys",
            "logs/weights", "logs/intake", "logs/workouts",
        )  # fmt: skip
        answers = [person.get("/v1/" + path.format(**things)) for path in paths]
        assert [answer.status_code for answer in answers] == [200] * len(paths)
        return [answer.json for answer in answers]


def address(route: Route, things: dict[str, object]) -> str:
    return PATH_ARGUMENT.sub(lambda found: str(things[found[2]]), route.path)


def body(route: Route) -> dict[str, Any]:
    return {"json": BODIES.get(route.name, {})} if route.body is not None else {}
