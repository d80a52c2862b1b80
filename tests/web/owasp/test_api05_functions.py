"""API5:2023 Broken function level authorization: no verb and no spelling brings a member past a role."""

import pytest
from flask import Flask

from models.access.account import Role
from tests.web.people import Person
from web.app import ROUTES

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
GUARDED = sorted(
    {route.path for route in ROUTES if isinstance(route.auth, Role) and route.auth != Role.MEMBER}
)
SOME_ID = "01890a5d-ac00-7000-8000-000000000000"


def address(path: str) -> str:
    return path.replace("<queue>", "batch").replace("<uuid:", "<").replace(">", "<").split("<")[0] + (
        SOME_ID if "<uuid:" in path else ""
    )


class TestBrokenFunctionLevelAuthorization:
    @pytest.mark.parametrize("path", GUARDED)
    def test_a_member_gets_nowhere_with_any_verb(self, guest: Person, path: str) -> None:
        for verb in VERBS:
            assert guest.send(verb, address(path), json={}).status_code in {403, 404, 405}

    @pytest.mark.parametrize("spelled", ["{}/", "/{}", "{}%2f", "{};x", "{}/.", "{}%00", "{}?role=operator"])
    def test_no_spelling_of_an_address_leads_past_the_role(self, guest: Person, spelled: str) -> None:
        answer = guest.get(spelled.format("/v1/operations/queues"))
        assert answer.status_code in {400, 403, 404, 422}

    def test_a_verb_in_a_header_is_no_verb(self, guest: Person, house: Flask) -> None:
        answer = guest.get(
            "/v1/plans", X_HTTP_Method_Override="DELETE", X_Original_URL="/v1/operations/queues"
        )
        assert answer.status_code == 200
        assert "plans" in answer.json
