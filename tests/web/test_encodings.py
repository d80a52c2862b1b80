"""Answers in gzip: by Accept-Encoding, with tags of their own, and never what holds a secret."""

import dataclasses
import gzip
import json

import pytest
from flask import Flask

from tests.web.people import BODY, Person, login
from web.app import ROUTES
from web.encodings import LEAST_BYTES

DOCUMENT = "/v1/openapi.json"
SECRET_FIELDS = {"access_token", "refresh_token", "secret", "key"}


@pytest.mark.parametrize("taken", ["gzip", "*", "br, gzip;q=0.5", "gzip;q=0.8, identity;q=0.8"])
def test_a_large_answer_is_compressed_for_whoever_takes_it(house: Flask, taken: str) -> None:
    plain = house.test_client().get(DOCUMENT)
    packed = house.test_client().get(DOCUMENT, headers={"Accept-Encoding": taken})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 4
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("taken", ["", "br", "identity", "gzip;q=0", "gzip;q=0.5, identity", "*;q=0"])
def test_it_goes_as_it_is_to_whoever_does_not(house: Flask, taken: str) -> None:
    answer = house.test_client().get(DOCUMENT, headers={"Accept-Encoding": taken})
    assert "Content-Encoding" not in answer.headers
    assert json.loads(answer.data)["openapi"] == "3.1.0"


def test_a_small_answer_is_left_as_it_is(guest: Person) -> None:
    answer = guest.get("/v1/profile", Accept_Encoding="gzip")
    assert len(answer.data) < LEAST_BYTES
    assert "Content-Encoding" not in answer.headers


def test_each_encoding_has_its_own_tag_and_each_is_known_again(house: Flask) -> None:
    client = house.test_client()
    plain = client.get(DOCUMENT).headers["ETag"]
    packed = client.get(DOCUMENT, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert packed == plain[:-1] + '-gzip"'
    for tag in (plain, packed):
        answer = client.get(DOCUMENT, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)


def test_a_change_may_be_made_from_a_compressed_profile(anna: Person) -> None:
    tag = anna.get("/v1/profile").headers["ETag"][:-1] + '-gzip"'
    assert anna.put("/v1/profile", BODY, If_Match=tag).status_code == 200
    assert anna.put("/v1/profile", BODY, If_Match=tag).status_code == 412


def test_what_holds_a_secret_says_so() -> None:
    for route in ROUTES:
        for answer in route.answers:
            if isinstance(answer.body, type) and dataclasses.is_dataclass(answer.body):
                names = {field.name for field in dataclasses.fields(answer.body)}
                assert answer.secret == bool(names & SECRET_FIELDS), route.name


def test_tokens_are_never_compressed(app: Flask, anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.encodings.LEAST_BYTES", 1)
    assert anna.get("/v1/profile", Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    sent = {"email": anna.email, "password": "correct horse battery"}
    answer = app.test_client().post("/v1/auth/login", json=sent, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_a_problem_may_be_compressed_too(house: Flask) -> None:
    taken = {"Accept-Encoding": "gzip"}
    answer = house.test_client().post(
        "/v1/auth/register", json={f"field {n}": n for n in range(100)}, headers=taken
    )
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (422, "gzip")
    assert json.loads(gzip.decompress(answer.data))["type"] == "/problems/invalid-request"
    assert login(house, "nobody@example.mil").status_code == 401
