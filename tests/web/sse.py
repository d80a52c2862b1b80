"""A client of Server-Sent Events, as the HTML standard describes one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse


@dataclass(frozen=True)
class Told:
    """One block: an event with its id and data, or only a comment or the time to wait before the next try."""

    id: str | None = None
    event: str | None = None
    data: Any = None
    retry: int | None = None
    comment: str | None = None


class Stream:
    """An answer that is read block by block, as the blocks come."""

    def __init__(self, answer: TestResponse) -> None:
        assert answer.status_code == 200, answer.text
        assert answer.content_type == "text/event-stream; charset=utf-8"
        self.answer = answer
        self._blocks = blocks(iter(answer.response))

    def __iter__(self) -> Iterator[Told]:
        return self._blocks

    def next(self) -> Told:
        """The next event; times to wait and comments are passed over."""
        return next(told for told in self._blocks if told.event)

    def settle(self) -> Told:
        """The next event, once the process has begun to hear: its first listener is told to look again."""
        first = self.next()
        assert next(self._blocks).comment
        return first

    def rest(self) -> list[Told]:
        """Every event until the stream ends."""
        return [told for told in self._blocks if told.event]

    def close(self) -> None:
        self.answer.close()


def blocks(parts: Iterator[bytes | str]) -> Iterator[Told]:
    """The blocks of a stream that comes in parts, cut anywhere."""
    waiting = ""
    for part in parts:
        waiting += part if isinstance(part, str) else part.decode()
        while "\n\n" in waiting:
            block, _, waiting = waiting.partition("\n\n")
            yield block_of(block)
    assert waiting == "", "the stream ended inside a block"


def block_of(text: str) -> Told:
    fields: dict[str, Any] = {}
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        fields[name or "comment"] = value.removeprefix(" ")
    if "data" in fields:
        fields["data"] = json.loads(fields["data"])
    if "retry" in fields:
        fields["retry"] = int(fields["retry"])
    return Told(**fields)
