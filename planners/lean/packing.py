"""A plan and its request as bytes of a row, and back: lean JSON, deflated from a dictionary (RFC 1950)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planners.lean import menus, trainings
from planners.lean.catalogue import Catalogue
from planners.lean.differences import differences, mended
from planners.spec import Kind

Json = dict[str, Any]

FORMAT = 1
"""The first byte of every packed plan."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What a row keeps of a plan: `content`, to be read with `catalogue` and no other."""

    catalogue: Catalogue
    content: bytes


def pack(body: Json, request: Mapping[str, Any], catalogue: Catalogue) -> Packed:
    """Pack a plan, as `planners.plan.plan_json` gives it, and the request that it answers.

    Raises
    ------
    ValueError
        When it holds a number that is not one, which JSON has no word for.
    """
    lean = lean_json(body, catalogue)
    text = json.dumps([lean, request], separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    squeezed = zlib.compressobj(9, zdict=catalogue.dictionary)
    content = bytes([FORMAT]) + squeezed.compress(text.encode()) + squeezed.flush()
    return Packed(catalogue=catalogue, content=content)


def unpack(content: bytes, catalogue: Catalogue) -> tuple[Json, Json]:
    """The plan and its request again.

    Raises
    ------
    ValueError
        When the bytes are damaged, of a later format, or were packed with another catalogue.
    """
    lean, request = unpacked(content, catalogue)
    return whole_json(lean, catalogue), request


def unpacked(content: bytes, catalogue: Catalogue) -> tuple[Json, Json]:
    """The lean plan and the request, as they were packed; errors as for `unpack`."""
    if not content or content[0] != FORMAT:
        raise ValueError(f"a packed plan starts with the byte {FORMAT}, not with {content[:1]!r}")
    squeezed = zlib.decompressobj(zdict=catalogue.dictionary)
    try:
        text = squeezed.decompress(content[1:]) + squeezed.flush()
    except zlib.error as error:
        raise ValueError(f"the packed plan is damaged or of another catalogue: {error}") from error
    if not squeezed.eof:
        raise ValueError("the packed plan is cut short")
    lean, request = json.loads(text)
    return lean, request


def lean_json(body: Json, catalogue: Catalogue) -> Json:
    """The decisions of a plan, and what differs from the plan that follows from them.

    A plan that is not of this catalogue, or of another shape, is kept as it is.
    """
    try:
        lean = _kept(body, catalogue)
        differ = differences(_whole(lean, catalogue), body)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
        return {"as_it_is": body}
    return {**lean, "differ": differ} if differ else lean


def whole_json(lean: Json, catalogue: Catalogue) -> Json:
    """The plan of its decisions."""
    if "as_it_is" in lean:
        as_it_is: Json = lean["as_it_is"]
        return as_it_is
    made: Json = mended(_whole(lean, catalogue), lean.get("differ", []))
    return made


def _kept(body: Json, catalogue: Catalogue) -> Json:
    if catalogue.kind is Kind.NUTRITION:
        return menus.kept(body, catalogue.foods)
    return trainings.kept(body, catalogue.exercises)


def _whole(lean: Json, catalogue: Catalogue) -> Json:
    if catalogue.kind is Kind.NUTRITION:
        return menus.whole(lean, catalogue.foods)
    return trainings.whole(lean, catalogue.exercises)
