"""How a worker waits for messages: blocked in Redis until there is one, instead of looking time and again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed

logger = logging.getLogger(__name__)

PASSING = (redis.TimeoutError, redis.exceptions.OutOfMemoryError)
"""Redis is slow or full: taking a message writes, so it is refused then too. The connection is good."""


class WaitingConsumer(_RedisConsumer):
    """Dramatiq's consumer of one queue, which comes for a message as soon as there is one and room for it."""

    def __init__(self, broker: WaitingBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, 0)  # type: ignore[no-untyped-call]
        self._key = f"{broker.namespace}:{queue_name}"
        self._wait_s = timeout / 1000
        self._room = threading.Event()  # set when a message was done with
        self._out = False  # whether Redis did not let this consumer look the last time

    def __next__(self) -> Any:
        try:
            message: Any = super().__next__()  # type: ignore[no-untyped-call]
            if message is None:
                self._wait()
        except PASSING as error:
            self._wait_out(error)
            return None
        self._out = False
        return message

    def ack(self, message: Any) -> None:
        with self._left_when_ending():
            super().ack(message)  # type: ignore[no-untyped-call]
        self._room.set()

    def nack(self, message: Any) -> None:
        with self._left_when_ending():
            super().nack(message)  # type: ignore[no-untyped-call]
        self._room.set()

    def requeue(self, messages: Iterable[Any]) -> None:
        with self._left_when_ending():
            super().requeue(messages)  # type: ignore[no-untyped-call]

    @contextmanager
    def _left_when_ending(self) -> Iterator[None]:
        """Leave a message where it is when Redis is away and the worker ends.

        Dramatiq would try for ever. The message comes again when the worker's heartbeat is over, and whoever
        gets it looks at the row.
        """
        try:
            yield
        except (ConnectionClosed, redis.RedisError) as error:
            if not self.broker.ending.is_set():
                raise
            logger.warning("a message is left in Redis: %s", error, extra={"action": "worker.end"})

    def _wait_out(self, error: redis.RedisError) -> None:
        """Dramatiq would take it for a fault of the program: start anew each time, with a CRITICAL line."""
        if not self._out:
            logger.warning("the worker waits for Redis: %s", error, extra={"action": "worker.wait"})
        self._out = True
        self._room.wait(self._wait_s)
        self._room.clear()

    def _wait(self) -> None:
        if self.outstanding_message_count >= self.prefetch:
            self._room.wait(self._wait_s)
            self._room.clear()
            return
        try:
            # From the head of the list to its head: nothing moves, but the call returns when there is one.
            self.broker.client.blmove(self._key, self._key, self._wait_s, "LEFT", "LEFT")
        except redis.ConnectionError as error:
            raise ConnectionClosed(error) from None  # type: ignore[no-untyped-call]


class WaitingBroker(RedisBroker):
    """Dramatiq's broker with consumers that wait; `ending` is set when the worker is told to end."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.ending = threading.Event()

    @property
    def consumer_class(self) -> type[WaitingConsumer]:
        return WaitingConsumer
