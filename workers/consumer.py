"""How a worker waits for messages: blocked in Redis until there is one, instead of looking time and again."""

from __future__ import annotations

import threading
from typing import Any

import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed


class WaitingConsumer(_RedisConsumer):
    """Dramatiq's consumer of one queue, which comes for a message as soon as there is one and room for it."""

    def __init__(self, broker: WaitingBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, 0)  # type: ignore[no-untyped-call]
        self._key = f"{broker.namespace}:{queue_name}"
        self._wait_s = timeout / 1000
        self._room = threading.Event()  # set when a message was done with

    def __next__(self) -> Any:
        message: Any = super().__next__()  # type: ignore[no-untyped-call]
        if message is None:
            self._wait()
        return message

    def ack(self, message: Any) -> None:
        super().ack(message)  # type: ignore[no-untyped-call]
        self._room.set()

    def nack(self, message: Any) -> None:
        super().nack(message)  # type: ignore[no-untyped-call]
        self._room.set()

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
    """Dramatiq's broker with consumers that wait."""

    @property
    def consumer_class(self) -> type[WaitingConsumer]:
        return WaitingConsumer
