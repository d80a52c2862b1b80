"""The phases of a plan's making, told to whoever listens: a planner says where it is and reads no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

Listener = Callable[[str], AbstractContextManager[object]]
"""Given the name of a phase, what is entered when it begins and left when it ends."""


def _nobody(_name: str) -> AbstractContextManager[object]:
    return nullcontext()


_listener: ContextVar[Listener] = ContextVar("listener", default=_nobody)


def phase(name: str) -> AbstractContextManager[object]:
    """The block is the phase `name`."""
    return _listener.get()(name)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of the phases of what is planned in the block, in this thread.

    >>> heard = []
    >>> with listening(lambda name: heard.append(name) or nullcontext()), phase("choose"):
    ...     pass
    >>> heard
    ['choose']
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
