"""Looks at one server again and again, on a connection and a thread of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg
from sqlalchemy.engine import make_url

from models.patience import Connect

ANSWER_S = 2.0  # that an answer is waited for; what takes longer counts as none

Heard = Callable[[float, "int | None"], None]


class Watch:
    """A thread that asks `question` of the server at `url` every `look_s`, and tells `heard` what it is told.

    That is when it asked, of time.monotonic(), and a number; or None: the server did not answer, or is not
    what it should be.
    """

    def __init__(
        self, name: str, url: str, question: str, heard: Heard, look_s: float, connect_as: Connect
    ) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._question = question
        self._heard = heard
        self._look_s = look_s
        self._connect_as = connect_as
        self._end = threading.Event()
        self._connection: psycopg.Connection | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and its connection, after the look that it is at."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.is_set():
            asked_at = time.monotonic()
            self._heard(asked_at, self._ask())
            self._end.wait(self._look_s)
        self._leave()

    def _ask(self) -> int | None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            row = self._connection.execute(self._question).fetchone()
        except psycopg.Error:
            self._leave()
            return None
        return row[0] if row else None

    def _connect(self) -> psycopg.Connection:
        told = {"autocommit": True, "connect_timeout": int(ANSWER_S), "application_name": self._thread.name}
        return self._connect_as(ANSWER_S, self._url, prepare_threshold=None, **told)

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
