"""Request bodies and query strings: strict, and every fault reported with its pointer."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import NoReturn, TypeVar, get_type_hints

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from planners.errors import FieldError, InvalidRequest
from planners.json_text import parse_json
from planners.reading import escape, read
from web.client_address import client_address
from web.errors import BodyTooLarge, WrongMediaType
from web.rate_limits import network_of
from web.services import services

T = TypeVar("T")
JSON_TYPE = re.compile(r"application/(json|[\w.+-]+\+json)", re.ASCII)
UTF_8 = frozenset({"utf-8", "utf8"})
WHOLE_NUMBER = re.compile(r"-?\d{1,18}", re.ASCII)


def read_body(kind: type[T]) -> T:
    """The request's JSON body as the frozen dataclass `kind`."""
    return read(kind, json_body())


def json_body() -> object:
    """The request's body as JSON data.

    Raises
    ------
    WrongMediaType
        When it is not declared as JSON, or as compressed, or in another encoding than UTF-8.
    BodyTooLarge
        When it is longer than the setting `body_most_bytes`.
    Unavailable
        When as many bodies are being read as may.
    InvalidRequest
        When it is not strict JSON, as `planners.json_text` reads it.
    """
    if not JSON_TYPE.fullmatch(request.mimetype):
        raise WrongMediaType("send the body as JSON, with Content-Type: application/json")
    if request.mimetype_params.get("charset", "utf-8").lower() not in UTF_8:
        raise WrongMediaType("send the body in UTF-8, the one encoding of JSON, and name no other charset")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise WrongMediaType("send the body as it is, without a Content-Encoding")
    return parse_json(_body(services().settings.body_most_bytes))


def _body(most_bytes: int) -> bytes:
    # One byte more is let in: a body without Content-Length is cut at the limit without a word.
    request.max_content_length = most_bytes + 1
    address = client_address(services().settings.trusted_proxies)
    try:
        with services().bodies.one(network_of(address)):
            data = request.get_data(cache=False)
    except RequestEntityTooLarge:
        data = None
    if data is None or len(data) > most_bytes:
        raise BodyTooLarge(f"the body may have at most {most_bytes} bytes")
    return data


def read_query(kind: type[T]) -> T:
    """The request's query string as the frozen dataclass `kind`; every name may stand there once."""
    return read(kind, typed(kind, query_texts()))


def refuse_query() -> None:
    """Refuse a query string where the route takes none."""
    for name in request.args if request.query_string else ():
        _refuse(f"/{escape(name)}", "is not a query parameter of this route", ())


def query_texts() -> dict[str, str]:
    """The request's query string, unread; every name may stand there once."""
    for name, values in request.args.lists():
        if len(values) > 1:
            _refuse(f"/{escape(name)}", "stands in the query more than once")
    return request.args.to_dict()


def typed(kind: type, texts: dict[str, str]) -> dict[str, object]:
    """The texts of a query string as the JSON data that the dataclass `kind` is read from."""
    hints = get_type_hints(kind)
    numbers = {f.name for f in fields(kind) if hints[f.name] is int}
    return {k: int(v) if k in numbers and WHOLE_NUMBER.fullmatch(v) else v for k, v in texts.items()}


def _refuse(pointer: str, detail: str, allowed: tuple[str, ...] | None = None) -> NoReturn:
    raise InvalidRequest([FieldError(pointer=pointer, detail=detail, allowed=allowed)])
