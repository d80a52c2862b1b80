"""Problems in the language that the client asks for."""

from typing import Any

import pytest
from flask import Flask

from models.cluster import Cluster
from tests.web.people import NUTRITION, Person
from tests.web.work import give_up

WRONG = {**NUTRITION, "days": 99, "goal": "fun", "extra": 1}


def problem(house: Flask, language: str | None) -> Any:
    headers = {} if language is None else {"Accept-Language": language}
    return house.test_client().get("/v1/profile", headers=headers)


@pytest.mark.parametrize("wanted", ["es", "es-MX", "es-US, en;q=0.5", "fr, es;q=0.8, en;q=0.2"])
def test_spanish_for_whoever_reads_it_best(house: Flask, wanted: str) -> None:
    answer = problem(house, wanted)
    assert answer.json["title"] == "Es necesario iniciar sesión"
    assert answer.json["detail"].startswith("envíe un token de acceso")
    assert answer.headers["Content-Language"] == "es"
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "wanted", [None, "", "en", "fr", "en-US, es;q=0.9", "es;q=0", "?;q=x", "*", "es;q=0.4, en"]
)
def test_english_for_everybody_else(house: Flask, wanted: str | None) -> None:
    answer = problem(house, wanted)
    assert answer.json["title"] == "A login is needed"
    assert answer.headers["Content-Language"] == "en"
    assert "Accept-Language" in answer.headers["Vary"]


def test_faults_of_fields_are_said_and_their_machine_parts_stay(guest: Person) -> None:
    english, spanish = (guest.post("/v1/plans", WRONG, Accept_Language=each).json for each in ("en", "es"))
    assert (spanish["type"], spanish["status"]) == (english["type"], english["status"])
    for one, other in zip(english["errors"], spanish["errors"], strict=True):
        assert {**one, "detail": ""} == {**other, "detail": ""}
        assert one["detail"] != other["detail"]
    assert "no es un campo de este objeto" in spanish["detail"]


def test_why_a_job_failed_is_said_to_each_in_his_language(anna: Person, cluster: Cluster) -> None:
    job_id = anna.post("/v1/plans", NUTRITION).json["id"]
    give_up(cluster, job_id)
    english, spanish = (anna.get(f"/v1/jobs/{job_id}", Accept_Language=each) for each in ("en", "es"))
    assert english.json["error"]["title"] == "No plan can meet the request"
    assert spanish.json["error"]["title"] == "Ningún plan puede cumplir la solicitud"
    assert spanish.headers["Content-Language"] == "es"
    assert english.headers["ETag"] != spanish.headers["ETag"]
    for answer in (english, spanish):
        assert "Accept-Language" in answer.headers["Vary"]


def test_a_plan_goes_by_no_language(guest: Person) -> None:
    assert "Content-Language" not in guest.get("/v1/plans", Accept_Language="es").headers
