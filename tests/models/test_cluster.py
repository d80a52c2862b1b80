"""A database that is away: a plain sentence for everybody, the driver's words for operators alone."""

from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError

from models.cluster import Cluster, database_away
from models.errors import Unavailable
from models.settings import Settings

AWAY = "postgresql://nobody:secret@/none?host=/nowhere/at/all"
NO_ROW = UUID(int=0)


def faults() -> list[Unavailable]:
    away = Cluster(Settings(database_url=AWAY), name="test")
    caught = []
    for session in (lambda: away.read(NO_ROW), lambda: away.write(NO_ROW), away.control):
        with pytest.raises(Unavailable) as told, session() as opened:
            opened.execute(text("SELECT 1"))
        caught.append(told.value)
    with pytest.raises(Unavailable) as told:
        away.listen("channel")
    return [*caught, told.value]


def test_the_sentence_names_no_server_and_no_path() -> None:
    assert {str(fault) for fault in faults()} == {"the database does not answer at the moment; try again"}


def test_the_cause_is_one_line_with_the_address_and_without_the_password() -> None:
    for fault in faults():
        assert fault.cause.startswith("PostgreSQL does not answer: ")
        assert "/nowhere/at/all" in fault.cause
        assert "secret" not in fault.cause
        assert "\n" not in fault.cause


def test_a_driver_without_words_is_named_by_its_error() -> None:
    assert database_away(psycopg.OperationalError("")).cause == "PostgreSQL does not answer: OperationalError"


def test_an_error_of_a_statement_does_not_show_its_values(cluster: Cluster) -> None:
    with pytest.raises(DataError) as told, cluster.control() as session:
        session.execute(
            text("SELECT CAST(1 AS integer) / 0, CAST(:value AS text)"), {"value": "argon2id-hash"}
        )
    assert "argon2id-hash" not in str(told.value)
