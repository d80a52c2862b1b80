"""API9:2023 Improper inventory management: what is served is what is documented, in one version."""

import re

import pytest
from flask import Flask

from web.app import ROUTES
from web.routes import NoAuth

UNVERSIONED = {
    "/.well-known/jwks.json", "/livez", "/readyz", "/metrics", "/docs", "/problems/<name>",
}  # fmt: skip


class TestImproperInventoryManagement:
    def test_what_is_served_is_what_is_documented(self, house: Flask) -> None:
        document = house.test_client().get("/v1/openapi.json").json
        served = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in house.url_map.iter_rules()}
        assert set(document["paths"]) == served

    def test_there_is_one_version(self) -> None:
        outside = {route.path for route in ROUTES if not route.path.startswith("/v1/")}
        assert outside == UNVERSIONED

    @pytest.mark.parametrize(
        "path",
        ["/v0/plans", "/v2/plans", "/plans", "/api/v1/plans", "/admin", "/.git/config", "/static/x", "/v1"],
    )
    def test_nothing_else_answers(self, house: Flask, path: str) -> None:
        assert house.test_client().get(path).status_code == 404

    def test_what_needs_no_login_is_known(self) -> None:
        open_routes = {route.name for route in ROUTES if isinstance(route.auth, NoAuth)}
        assert open_routes == {
            "register", "login", "refresh", "logout", "get_jwks", "get_livez", "get_readyz",
            "get_metrics", "get_openapi", "get_docs", "get_problem",
        }  # fmt: skip
