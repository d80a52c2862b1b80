"""A connection to PostgreSQL on which no wait is endless, also when the server or the net falls silent.

The server ends a statement that runs too long. When nothing comes from it any more, neither an answer nor an
end of the connection (a half-open link, a stopped machine), only a clock on this side helps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Connection, Engine, event, text

Value = TypeVar("Value")

MARGIN_S = 5.0  # beyond the server's own limit of a statement, for its word of that to arrive

# For a link that is gone without a word while nobody waits on it, as the relay's listening one: about 25 s.
KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class Patient(psycopg.Connection[Any]):
    """A connection that closes when the server is silent for `silence_s` in the midst of a statement."""

    silence_s: float | None = None  # seconds; None: wait for ever

    def wait(self, gen: PQGen[Value], interval: float = 0.1, timeout: float | None = None) -> Value:
        """Consume `gen` as every connection does; an own `timeout` of the caller's goes before the silence.

        Raises
        ------
        OperationalError
            After the silence.
        """
        if timeout is None and self.silence_s is not None:
            gen = self._watched(gen, self.silence_s)
        return super().wait(gen, interval, timeout)

    def _watched(self, gen: PQGen[Value], silence_s: float) -> PQGen[Value]:
        heard = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() > heard + silence_s:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server has been silent for {silence_s:g} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return cast(Value, end.value)


Connect = Callable[..., Patient]


def be_patient(engine: Engine, silence_s: float, connect_as: Connect) -> None:
    """Let every connection of `engine` be a patient one, made by `connect_as`: `patient`, or who calls it."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Patient:
        return connect_as(silence_s, *arguments, **options)


def patient(silence_s: float, *arguments: Any, **options: Any) -> Patient:
    """Connect as `psycopg.connect` does."""
    connection = Patient.connect(*arguments, **{**KEEPALIVE, **options})
    connection.silence_s = silence_s
    return connection


def take_all_time(connection: Connection) -> None:
    """Let the statements of this connection run as long as they need: for migrations."""
    driver = connection.connection.driver_connection
    if isinstance(driver, Patient):
        driver.silence_s = None
    connection.execute(text("SET statement_timeout = 0"))
