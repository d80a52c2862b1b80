"""Strict JSON (RFC 8259): one parser for bodies over HTTP and for files on the command line."""

from __future__ import annotations

import json
from typing import NoReturn

from planners.errors import FieldError, InvalidRequest

DEEPEST = 32  # levels of a document; a plan request has five
LONGEST_SHOWN = 40  # characters of a name in a sentence
ENCODING = "must be UTF-8 text without a byte order mark"


def parse_json(text: str | bytes) -> object:
    """What json.loads gives, but strict.

    UTF-8 alone is read, without a byte order mark (RFC 8259, 8.1). NaN and Infinity, a name twice in one
    object and nesting deeper than `DEEPEST` are refused.

    Raises
    ------
    InvalidRequest
        That says where the text stops being JSON.
    """
    try:
        data = json.loads(_decoded(text), parse_constant=_refuse_constant, object_pairs_hook=_object_of)
    except json.JSONDecodeError as error:
        _refuse(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
    except RecursionError:
        _refuse_depth()
    except ValueError:  # Python's own guard against numbers of thousands of digits
        _refuse("holds a number with too many digits")
    if _depth(data) > DEEPEST:
        _refuse_depth()
    return data


def _decoded(text: str | bytes) -> str:
    try:
        decoded = text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError:
        _refuse(ENCODING)
    # JSON has no NUL: where one stands, the text is of UTF-16 or UTF-32.
    if decoded.startswith("\ufeff") or "\0" in decoded:
        _refuse(ENCODING)
    return decoded


def _object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            _refuse(f"names {name[:LONGEST_SHOWN]!r} twice in one object")
        found[name] = value
    return found


def _refuse_constant(word: str) -> NoReturn:
    _refuse(f"holds {word}, which is not JSON")


def _depth(data: object) -> int:
    level, depth = [data], 0
    while level:
        depth += 1
        inside = (d.values() if isinstance(d, dict) else d for d in level if isinstance(d, dict | list))
        level = [value for values in inside for value in values]
    return depth


def _refuse_depth() -> NoReturn:
    _refuse(f"is nested more than {DEEPEST} levels deep")


def _refuse(detail: str) -> NoReturn:
    raise InvalidRequest([FieldError(pointer="", detail=detail)]) from None
