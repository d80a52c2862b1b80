"""Keyset cursors: a page continues below the id that its cursor holds."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from planners.errors import FieldError, InvalidRequest


def cursor_of(row_id: UUID) -> str:
    """The cursor of the page that follows the row."""
    return base64.urlsafe_b64encode(row_id.bytes).rstrip(b"=").decode()


def id_of_cursor(cursor: str) -> UUID:
    """The id of the row that the page follows.

    Raises
    ------
    InvalidRequest
        When it is no cursor of ours.
    """
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        text = "is not a cursor of this list; take `next_cursor` as it stands"
        raise InvalidRequest([FieldError(pointer="/cursor", detail=text)]) from error


def next_link(path: str, **query: Any) -> str:
    """The Link header that leads to the next page; what is None is left out."""
    return f'<{path}?{urlencode({k: v for k, v in query.items() if v})}>; rel="next"'
