"""The OpenAPI document is whole: what a reader, and a program that writes clients, needs of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from web.app import ROUTES
from web.examples import BODIES
from web.headers import ANSWERED
from web.openapi.document import document
from web.openapi.links import LINKS, Link
from web.problems import MEDIA
from web.routes import JSON

DOCUMENT = document(ROUTES)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation
    for found in DOCUMENT["paths"].values()
    for operation in found.values()
}
VERBS = {
    "cancel", "change", "delete", "drop", "enable", "erase", "export", "get", "list",
    "log", "login", "logout", "make", "pause", "put", "rate", "redeliver", "refresh",
    "register", "request", "resume", "retry", "revoke", "rotate", "see", "start", "stream",
}  # fmt: skip
HAS_FIELDS = {"oneOf", "enum", "properties"}
operations = pytest.mark.parametrize("name", OPERATIONS)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def inner(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema that stands within a schema, itself not among them."""
    for key, value in schema.items() if isinstance(schema, dict) else ():
        each = value.values() if key == "properties" else value if isinstance(value, list) else [value]
        for found in each:
            if isinstance(found, dict) and key not in {"discriminator", "examples"}:
                yield found
                yield from inner(found)


def test_it_is_valid() -> None:
    validate(DOCUMENT)


def test_no_name_stands_twice() -> None:
    assert len(OPERATIONS) == len(ROUTES)


@operations
def test_an_operation_is_named_for_what_it_does(name: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
    assert name.partition("_")[0] in VERBS


@operations
def test_an_operation_says_what_it_is_about(name: str) -> None:
    operation = OPERATIONS[name]
    assert len(operation["summary"].split()) >= 2
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    for parameter in operation["parameters"]:
        assert parameter["description"], parameter["name"]
        assert parameter["schema"], parameter["name"]


@operations
def test_every_answer_has_a_description_a_schema_and_headers(name: str) -> None:
    for status, answer in OPERATIONS[name]["responses"].items():
        assert answer["description"]
        assert "X-Request-Id" in answer["headers"]
        assert {h["$ref"].rpartition("/")[2] for h in answer["headers"].values()} <= {
            header.replace("-", "") for header in ANSWERED
        }
        content = answer.get("content", {})
        if int(status) >= 400:
            assert content == {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        elif status not in {"204", "303", "304"}:
            (media,) = content.values()
            assert media["schema"]


@operations
def test_refusals_are_those_that_can_come(name: str) -> None:
    operation = OPERATIONS[name]
    answers = operation["responses"]
    assert {"422", "500"} <= answers.keys()
    assert ("401" in answers) or not operation["security"]
    assert {"403"} <= answers.keys() or not operation["security"]
    assert ("requestBody" in operation) == ("413" in answers) == ("415" in answers)
    for status in {"429", "503"} & answers.keys():
        assert "Retry-After" in answers[status]["headers"]
    if "401" in answers:
        assert "WWW-Authenticate" in answers["401"]["headers"]


@operations
def test_the_examples_of_a_body_fit_its_schema(name: str) -> None:
    body = OPERATIONS[name].get("requestBody")
    if body is None:
        assert name not in BODIES
        return
    content = body["content"][JSON]
    assert content["examples"].keys() == BODIES[name].keys()
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for example in content["examples"].values():
        assert [error.message for error in checker.iter_errors(example["value"])] == []


@operations
def test_bodies_of_operations_are_named(name: str) -> None:
    """A client gets a class with a good name for each, or a plain type."""
    operation = OPERATIONS[name]
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for said in (*bodies, *operation["responses"].values()):
        for content in said.get("content", {}).values():
            assert not HAS_FIELDS & content["schema"].keys()
    for parameter in operation["parameters"]:
        assert not HAS_FIELDS & parameter["schema"].keys()


@pytest.mark.parametrize("name", SCHEMAS)
def test_nothing_within_a_schema_is_without_a_name(name: str) -> None:
    assert SCHEMAS[name]["description"]
    for schema in inner({**SCHEMAS[name], "oneOf": []}):
        assert not HAS_FIELDS & schema.keys(), schema
        kinds = schema.get("anyOf", [])
        assert not kinds or kinds[1:] == [{"type": "null"}]


@pytest.mark.parametrize("name", [name for name, schema in SCHEMAS.items() if "oneOf" in schema])
def test_a_choice_is_told_apart_by_a_word(name: str) -> None:
    choice = SCHEMAS[name]
    mapping = choice["discriminator"]["mapping"]
    assert [{"$ref": ref} for ref in mapping.values()] == choice["oneOf"]
    for word, ref in mapping.items():
        schema = resolved({"$ref": ref})
        by = choice["discriminator"]["propertyName"]
        assert schema["properties"][by]["const"] == word
        assert by in schema["required"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_used(name: str) -> None:
    assert f'"#/components/schemas/{name}"' in json.dumps(DOCUMENT)


@pytest.mark.parametrize("link", LINKS, ids=lambda link: f"{link.source}-{link.status}-{link.target}")
def test_a_link_leads_from_what_is_told_to_what_is_asked(link: Link) -> None:
    source, target = OPERATIONS[link.source], OPERATIONS[link.target]
    told = source["responses"][str(link.status)]
    assert link.target in told["links"]
    asked = {(each["in"], each["name"]) for each in target["parameters"]}
    assert {name for _, name in asked} >= link.parameters.keys()
    (answer,) = told["content"].values()
    for expression in (*link.parameters.values(), *(link.body or {}).values()):
        root, _, pointer = expression.partition("#/")
        if root == "$response.body":
            assert_field(answer["schema"], pointer)
        elif root == "$request.body":
            assert_field(source["requestBody"]["content"][JSON]["schema"], pointer)
        else:
            where, _, field = root.removeprefix("$request.").partition(".")
            assert (where, field) in {(each["in"], each["name"]) for each in source["parameters"]}


def assert_field(schema: dict[str, Any], pointer: str) -> None:
    """What the pointer names is a field of the schema, or of each of its choices."""
    for kind in resolved(schema).get("oneOf", [schema]):
        at = resolved(kind)
        for token in pointer.split("/"):
            at = resolved(at["items"] if token.isdigit() else at["properties"][token])
