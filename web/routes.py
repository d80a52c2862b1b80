"""What a route is: declared once, beside its handler, for Flask, the OpenAPI document and the tests.

A handler takes keyword arguments only, and just those that its declaration implies: `caller` when it needs a
login, `body` and `query` when it has them, and the names in its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from models.access.account import Role

Handler = Callable[..., Response]
JSON = "application/json"


@dataclass(frozen=True)
class NoAuth:
    """The route needs no login; `why` is the reason."""

    why: str


@dataclass(frozen=True)
class OneOf:
    """A body of one of several types, told apart by the field `by`; the handler gets it as unread JSON data.

    `name` and `text` are what clients call the choice and what it is. `words` are what that field says of
    each type; without them, the kinds of plans. A query of one of several types is told apart by the kind of
    the plan in the path; the handler gets its texts by their names.
    """

    kinds: tuple[type, ...]
    name: str
    text: str
    by: str = "kind"
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One successful answer: its status, what it means, its body's type and its notable headers.

    `secret` is one that holds what nobody may guess, such as a token.
    """

    status: int
    text: str
    body: type | OneOf | None = None
    media: str = JSON
    headers: tuple[str, ...] = ()
    secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method on one path. `problems` are the types of problem that only this route has."""

    method: str
    path: str
    summary: str
    handler: Handler
    auth: Role | NoAuth
    tag: str
    answers: tuple[Answer, ...]
    body: type | OneOf | None = None
    query: type | OneOf | None = None
    headers: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The operation's name, which is the handler's."""
        return self.handler.__name__


@dataclass
class Routes:
    """The routes of one resource, in the order of their declaration."""

    tag: str
    declared: list[Route] = field(default_factory=list)

    def __iter__(self) -> Iterator[Route]:
        return iter(self.declared)

    def route(self, method: str, path: str, summary: str, **declares: Any) -> Callable[[Handler], Handler]:
        """Declare the function that follows as the handler of `method` on `path`."""

        def declare(handler: Handler) -> Handler:
            made = Route(method=method, path=path, summary=summary, handler=handler, tag=self.tag, **declares)
            self.declared.append(made)
            return handler

        return declare
