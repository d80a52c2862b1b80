"""Bad input over HTTP: every fault is a problem with a pointer, and nothing is made of it."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.cluster import Cluster
from models.jobs.job import Job
from tests.web.people import BODY, NUTRITION, WORKOUT, Person, join, pointers

JSON = "application/json"
LOCK = {"day": 1, "slot": "lunch", "food_code": 57100100, "grams": 40}


def post_raw(person: Person, data: bytes | str, content_type: str | None = JSON) -> TestResponse:
    return person.send("POST", "/v1/plans", data=data, content_type=content_type)


@pytest.mark.parametrize(
    ("base", "change", "pointer"),
    [
        (NUTRITION, {"member": {**BODY, "age_years": 7}}, "/member/age_years"),
        (NUTRITION, {"member": {**BODY, "age_years": 16}}, "/member/age_years"),
        (NUTRITION, {"member": {**BODY, "age_years": "30"}}, "/member/age_years"),
        (NUTRITION, {"member": {**BODY, "age_years": 30.5}}, "/member/age_years"),
        (NUTRITION, {"member": {**BODY, "age_years": True}}, "/member/age_years"),
        (NUTRITION, {"member": {**BODY, "age_years": None}}, "/member/age_years"),
        (NUTRITION, {"member": {**BODY, "sex": "other"}}, "/member/sex"),
        (NUTRITION, {"member": []}, "/member"),
        (NUTRITION, {"member": None}, "/member"),
        (NUTRITION, {"days": 29}, "/days"),
        (NUTRITION, {"days": 0}, "/days"),
        (NUTRITION, {"allergies": ["peanut", "plastic"]}, "/allergies/1"),
        (NUTRITION, {"allergies": ["peanut", "peanut"]}, "/allergies/1"),
        (NUTRITION, {"allergies": "peanut"}, "/allergies"),
        (NUTRITION, {"start_date": "2026-02-30"}, "/start_date"),
        (NUTRITION, {"start_date": "tomorrow"}, "/start_date"),
        (NUTRITION, {"colour": "red"}, "/colour"),
        (NUTRITION, {"a/b~c": 1}, "/a~1b~0c"),
        (NUTRITION, {"kind": "sleep"}, "/kind"),
        (NUTRITION, {"kind": ["nutrition"]}, "/kind"),
        (NUTRITION, {"locked": [{**LOCK, "day": 8}]}, "/locked/0/day"),
        (NUTRITION, {"locked": [{**LOCK, "grams": -40}]}, "/locked/0/grams"),
        (WORKOUT, {"minutes_per_day": 0}, "/minutes_per_day"),
        (WORKOUT, {"minutes_per_day": 14}, "/minutes_per_day"),
        (WORKOUT, {"weeks": 60}, "/weeks"),
        (WORKOUT, {"weeks": 53}, "/weeks"),
        (WORKOUT, {"equipment": ["barbell", "spoon"]}, "/equipment/1"),
        (WORKOUT, {"days": 7}, "/days"),
        (WORKOUT, {"goal": "fitness_test"}, "/test"),
        (WORKOUT, {"days_per_week": 3, "available_days": ["mon"]}, "/days_per_week"),
    ],
    ids=str,
)  # fmt: skip
def test_a_faulty_field_is_pointed_at(
    guest: Person, base: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    assert pointers(guest.post("/v1/plans", {**base, **change})) == [pointer]


def test_words_and_ranges_are_told(guest: Person) -> None:
    words = guest.post("/v1/plans", {**NUTRITION, "allergies": ["plastic"]}).json["errors"][0]
    span = guest.post("/v1/plans", {**WORKOUT, "weeks": 60}).json["errors"][0]
    assert {"milk", "peanut", "sesame"} <= set(words["allowed"])
    assert span["allowed"] == ["from 1 to 52"]
    assert "60" in span["detail"]


def test_every_fault_is_told_at_once(guest: Person) -> None:
    faulty = {**WORKOUT, "weeks": 60, "minutes_per_day": 0, "colour": "red"}
    assert sorted(pointers(guest.post("/v1/plans", faulty))) == ["/colour", "/minutes_per_day", "/weeks"]


@pytest.mark.parametrize("data", [[], "text", 7, True], ids=str)
def test_a_body_that_is_no_object_is_refused(guest: Person, data: object) -> None:
    for answer in (guest.post("/v1/plans", data), guest.put("/v1/profile", data)):
        assert pointers(answer) == [""]
        assert answer.json["detail"].startswith("the request: must be an object, not ")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is not JSON"),
        (b"{", "line 1, column 2"),
        (b'{"kind": "nutrition",}', "is not JSON"),
        (b"{'kind': 1}", "is not JSON"),
        (b'{"kind": "nutrition"} {}', "Extra data"),
        (b'{"seed": NaN}', "NaN"),
        (b'{"seed": Infinity}', "Infinity"),
        (b'{"seed": -Infinity}', "-Infinity"),
        (b'{"seed": 1, "seed": 2}', "'seed' twice"),
        (b'{"member": {"sex": "male", "sex": "female"}}', "'sex' twice"),
        (b'{"kind": "\xff"}', "UTF-8"),
        (b'\xff\xfe{\x00"\x00', "UTF-8"),
        (b"\xef\xbb\xbf{}", "UTF-8 text without a byte order mark"),
        (b"[" * 100_000, "nested more than 32 levels"),
        (b'{"a":' * 40_000, "nested more than 32 levels"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "too many digits"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_not_json_is_refused(guest: Person, data: bytes, says: str) -> None:
    answer = post_raw(guest, data)
    assert pointers(answer) == [""]
    assert says in answer.json["errors"][0]["detail"]


def test_a_number_too_large_for_a_float_is_refused(guest: Person) -> None:
    text = json.dumps(NUTRITION).replace("168", "1e999")
    assert pointers(post_raw(guest, text)) == ["/member/height_cm"]


def test_a_test_that_is_past_is_refused(guest: Person) -> None:
    test = {"name": "aft", "date": "2020-02-20"}
    answer = guest.post("/v1/plans", {**WORKOUT, "start_date": "2020-01-01", "test": test})
    assert pointers(answer) == ["/test/date"]
    assert "a test that is past needs no plan" in answer.json["errors"][0]["detail"]


def test_unprintable_names_and_texts_are_refused(guest: Person) -> None:
    test = {"name": "aft", "date": "2027-01-25", "standard": "general", "current": {"MDL\0": 1}}
    assert pointers(guest.post("/v1/plans", {**WORKOUT, "test": test})) == ["/test/current"]
    assert pointers(guest.post("/v1/plans", {**NUTRITION, "likes": ["sal\0mon"]})) == ["/likes/0"]
    assert pointers(guest.post("/v1/plans", {**NUTRITION, "likes": ["sal\ud800mon"]})) == ["/likes/0"]
    assert len(pointers(guest.post("/v1/plans", {**NUTRITION, "\ud800": 1}))) == 1


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json"]
)
def test_another_content_type_is_415(guest: Person, content_type: str | None) -> None:
    answer = post_raw(guest, json.dumps(NUTRITION), content_type)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-media-type")


def test_a_compressed_body_is_415(guest: Person) -> None:
    answer = guest.send("POST", "/v1/plans", {"Content-Encoding": "gzip"}, data=b"x", content_type=JSON)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-media-type")


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "utf8mb4", '"us-ascii"'])
def test_another_charset_is_415(guest: Person, charset: str) -> None:
    answer = post_raw(guest, json.dumps(NUTRITION), f"{JSON}; charset={charset}")
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-media-type")
    assert "UTF-8" in answer.json["detail"]


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", 'APPLICATION/JSON; CHARSET="UTF-8"']
)
def test_json_may_be_declared_in_its_usual_ways(guest: Person, content_type: str) -> None:
    assert post_raw(guest, json.dumps(NUTRITION), content_type).status_code == 202


def test_a_body_over_the_limit_is_413(make_app: Callable[..., Flask]) -> None:
    anna = join(make_app(body_most_bytes=1024), "anna@example.mil")
    text = json.dumps(NUTRITION)
    assert post_raw(anna, text.ljust(1024)).status_code == 202
    answer = post_raw(anna, text.ljust(1025))
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/body-too-large")
    assert "1024" in answer.json["detail"]


@pytest.mark.parametrize(("size", "status"), [(1024, 202), (1025, 413), (50_000, 413)])
def test_the_limit_holds_for_a_body_of_undeclared_length(
    make_app: Callable[..., Flask], size: int, status: int
) -> None:
    anna = join(make_app(body_most_bytes=1024), "anna@example.mil")
    body = BytesIO(json.dumps(NUTRITION).ljust(size).encode())
    chunked = {"wsgi.input_terminated": True}
    answer = anna.send("POST", "/v1/plans", input_stream=body, environ_overrides=chunked, content_type=JSON)
    assert answer.status_code == status


def test_what_is_missing_everywhere_is_asked_for(guest: Person) -> None:
    answer = guest.post("/v1/plans", {"kind": "nutrition"})
    assert pointers(answer) == ["/member/sex", "/member/age_years", "/member/height_cm", "/member/weight_kg"]
    assert "/v1/profile" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=ten", "/limit"),
        ("limit=1.5", "/limit"),
        ("limit=", "/limit"),
        ("limit=1&limit=2", "/limit"),
        ("kind=sleep", "/kind"),
        ("cursor=!!", "/cursor"),
        ("cursor=AAAA", "/cursor"),
        ("page=2", "/page"),
    ],
)
def test_a_faulty_query_parameter_is_pointed_at(guest: Person, query: str, pointer: str) -> None:
    assert pointers(guest.get(f"/v1/plans?{query}")) == [pointer]


def test_a_query_where_none_is_taken_is_refused(guest: Person) -> None:
    assert pointers(guest.get("/v1/profile?full=1")) == ["/full"]


def test_nothing_is_made_of_bad_input(anna: Person, cluster: Cluster) -> None:
    anna.post("/v1/plans", {**WORKOUT, "weeks": 60})
    post_raw(anna, b"{")
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
