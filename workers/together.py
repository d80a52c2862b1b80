"""Group commit: what several threads want written at the same moment is written in one transaction.

An idle process writes each alone and at once; a busy one shares the price of a commit among its threads.
Nobody waits for company: whoever comes first writes what is there, and the rest is the next batch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
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

    def __init__(self, do: Callable[[list[Item]], Sequence[Result]], *, most: int = 256) -> None:
        self._do = do
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
                    self._serve(self._take())
        return [entry.result if entry.error is None else entry.error for entry in entries]

    def _take(self) -> list[_Entry[Item, Result]]:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        return batch

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
