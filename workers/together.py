"""Group commit: what several threads want written at the same moment is written in one transaction.

An idle process writes each alone and at once; a busy one shares the price of a commit among its threads.
Nobody waits for company: whoever comes first writes what is there, and the rest is the next batch.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Entry(Generic[Item, Result]):
    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = False
        self.error: Exception | None = None
        self.result: Result


class Together(Generic[Item, Result]):
    """Calls `do` with the items of all threads that are waiting, and hands each thread its own result."""

    def __init__(
        self,
        do: Callable[[list[Item]], Sequence[Result]],
        *,
        apart: Callable[[Item], Hashable] = lambda _: None,
        most: int = 256,
    ) -> None:
        """`apart` gives items that cannot share a transaction different values."""
        self._do = do
        self._apart = apart
        self._most = most
        self._waiting: list[_Entry[Item, Result]] = []
        self._lock = threading.Lock()  # guards `_waiting`
        self._turn = threading.Lock()  # held by the thread that writes for all

    def __call__(self, item: Item) -> Result:
        """The result for `item`, or the error of writing it."""
        (result,) = self.each([item])
        if isinstance(result, Exception):
            raise result
        return result

    def each(self, items: Sequence[Item]) -> list[Result | Exception]:
        """For each of the items its result, or the error of writing it."""
        entries: list[_Entry[Item, Result]] = [_Entry(item) for item in items]
        with self._lock:
            self._waiting += entries
        # They are served in their order, so when the last is done, all are.
        while entries and not entries[-1].done:
            with self._turn:
                if not entries[-1].done:
                    self._serve_parts(self._take())
        return [entry.result if entry.error is None else entry.error for entry in entries]

    def _take(self) -> list[_Entry[Item, Result]]:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        return batch

    def _serve_parts(self, batch: list[_Entry[Item, Result]]) -> None:
        parts: dict[Hashable, list[_Entry[Item, Result]]] = defaultdict(list)
        for entry in batch:
            try:
                parts[self._apart(entry.item)].append(entry)
            except Exception as error:
                entry.error, entry.done = error, True
        for part in parts.values():
            self._serve(part)

    def _serve(self, batch: list[_Entry[Item, Result]]) -> None:
        try:
            for entry, result in zip(batch, self._do([e.item for e in batch]), strict=True):
                entry.result = result
        except Exception as error:
            if len(batch) > 1:  # one bad item must not fail its neighbours
                for entry in batch:
                    self._serve([entry])
            else:
                batch[0].error = error
        for entry in batch:
            entry.done = True
