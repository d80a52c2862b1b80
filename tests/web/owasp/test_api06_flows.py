"""API6:2023 Unrestricted access to sensitive business flows: nothing is had in bulk."""

from collections.abc import Callable

from flask import Flask

from models.cluster import Cluster
from tests.web.operators import add_tenant
from tests.web.people import NUTRITION, join, register
from web.rate_limits import LOGIN_COST


class TestUnrestrictedAccessToSensitiveBusinessFlows:
    def test_accounts_are_not_made_in_bulk(self, make_app: Callable[..., Flask]) -> None:
        app = make_app(rate_address=LOGIN_COST * 2)
        statuses = [register(app, f"bot{number}@example.mil").status_code for number in range(3)]
        assert statuses == [201, 201, 429]

    def test_registration_can_be_closed(self, make_app: Callable[..., Flask]) -> None:
        assert register(make_app(open_registration=False), "bot@example.mil").status_code == 403

    def test_a_tenant_has_a_quota_of_waiting_plans(
        self, make_app: Callable[..., Flask], cluster: Cluster
    ) -> None:
        add_tenant(cluster, "small", most_waiting=2)
        bot = join(make_app(), "bot@example.mil", tenant="small")
        statuses = [bot.post("/v1/plans", {**NUTRITION, "seed": seed}).status_code for seed in range(3)]
        assert statuses == [202, 202, 429]

    def test_the_same_request_sent_again_is_the_same_plan(self, app: Flask) -> None:
        anna = join(app, "anna@example.mil")
        jobs = {anna.post("/v1/plans", NUTRITION, Idempotency_Key="once").json["id"] for _ in range(3)}
        assert len(jobs) == 1
