"""API3:2023 Broken object property level authorization: nobody sets or sees a field that is not theirs."""

import re
from typing import Any

import pytest
from flask import Flask

from tests.web.people import BODY, NUTRITION, Person, pointers, register
from web.app import ROUTES

INNER = ("role", "tenant_id", "member_id", "account_id", "state", "password_hash", "version", "unit", "id")


class TestBrokenObjectPropertyLevelAuthorization:
    @pytest.mark.parametrize("field", INNER)
    def test_inner_fields_are_refused_wherever_they_are_sent(
        self, house: Flask, guest: Person, field: str
    ) -> None:
        assert pointers(register(house, "x@example.mil", **{field: "operator"})) == [f"/{field}"]
        assert pointers(guest.put("/v1/profile", {**BODY, field: "operator"})) == [f"/{field}"]
        assert pointers(guest.post("/v1/plans", {**NUTRITION, field: "operator"})) == [f"/{field}"]

    def test_no_schema_of_an_answer_has_a_secret(self, house: Flask) -> None:
        document = house.test_client().get("/v1/openapi.json").json
        secrets = ("password", "password_hash", "secret", "key", "digest", "refresh_token")
        asked = {"Registration", "Login", "Refresh", "PasswordChange"}  # what members send
        shown_once = {"WebhookSecret", "ApiKeySecret", "Tokens", "AuditView"}
        holding = {
            name for name, schema in document["components"]["schemas"].items()
            if set(schema.get("properties", {})) & set(secrets)
        }  # fmt: skip
        assert holding <= asked | shown_once

    def test_bodies_are_closed(self, house: Flask) -> None:
        document: dict[str, Any] = house.test_client().get("/v1/openapi.json").json
        schemas = document["components"]["schemas"]
        for route in ROUTES:
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)
            body = document["paths"][path][route.method.lower()].get("requestBody")
            for reference in re.findall(r"#/components/schemas/(\w+)", str(body)):
                choices = [each["$ref"].rpartition("/")[2] for each in schemas[reference].get("oneOf", [])]
                for name in choices or [reference]:
                    assert schemas[name]["additionalProperties"] is False, name
