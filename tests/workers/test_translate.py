"""Which errors are worth another attempt, and what a job's row says of them."""

import ssl

import psycopg
import pytest
import redis
from sqlalchemy import exc

from models.errors import Conflict, Unavailable
from planners.errors import CatalogueError, Infeasible, InvalidRequest, Stopped
from workers.translate import is_permanent, is_refusal, job_problem


def of_driver(kind: type[exc.DBAPIError], driver: Exception) -> exc.DBAPIError:
    return kind("INSERT", None, driver)


@pytest.mark.parametrize(
    "error",
    [
        OSError("disk full"),
        ConnectionResetError(),
        TimeoutError(),
        ssl.SSLCertVerificationError(),  # a ValueError too
        MemoryError(),
        RuntimeError("can't start new thread"),
        redis.ConnectionError("away"),
        psycopg.OperationalError("away"),
        of_driver(exc.OperationalError, psycopg.OperationalError("away")),
        of_driver(exc.InterfaceError, psycopg.InterfaceError("closed")),
        of_driver(exc.IntegrityError, psycopg.IntegrityError("somebody was faster")),
        exc.TimeoutError(),
        Stopped("too slow"),
        Unavailable("away"),
    ],
    ids=repr,
)
def test_what_may_pass_is_worth_another_attempt(error: Exception) -> None:
    assert not is_permanent(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        UnicodeDecodeError("utf-8", b"", 0, 1, "bad"),
        TypeError(),
        KeyError(),
        IndexError(),
        ZeroDivisionError(),
        OverflowError(),
        AssertionError(),
        AttributeError(),
        RecursionError(),
        of_driver(exc.DataError, psycopg.DataError("does not fit")),
        exc.StatementError("not a date", "INSERT", None, ValueError()),
        InvalidRequest([]),
        Infeasible(["no"]),
        CatalogueError("damaged"),
        Conflict("no"),
    ],
    ids=repr,
)
def test_what_the_same_request_would_raise_again_is_permanent(error: Exception) -> None:
    assert is_permanent(error)


def test_only_answers_to_the_member_are_no_faults() -> None:
    faults = [CatalogueError("damaged"), Stopped("slow"), ValueError(), Unavailable("away")]
    assert [is_refusal(error) for error in (InvalidRequest([]), Infeasible(["no"]))] == [True, True]
    assert not any(is_refusal(error) for error in faults)


def test_the_text_of_a_foreign_error_and_the_cause_of_ours_are_not_shown() -> None:
    assert job_problem(ValueError("secret"))["detail"] == "an unexpected ValueError"
    assert job_problem(Unavailable("away", cause="secret"))["detail"] == "away"
