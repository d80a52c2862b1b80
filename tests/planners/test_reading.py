"""The sentences that name a limit, and the limits of a list's texts."""

from typing import Any

import pytest

from planners.errors import InvalidRequest
from planners.reading import TEXT_PATTERN, range_text, read
from planners.schema import schema_of
from planners.spec import NutritionRequest


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (0, 2**63 - 1, "from 0 to 9223372036854775807"),
        (1024, 16_777_216, "from 1024 to 16777216"),
        (0.5, 200, "from 0.5 to 200"),
        (-1_000_000.0, None, "at least -1000000"),
        (None, 20_000.0, "at most 20000"),
        (0.0001, 0.25, "from 0.0001 to 0.25"),
    ],
)
def test_a_whole_limit_is_printed_whole(least: float | None, most: float | None, said: str) -> None:
    assert range_text(least, most) == said


@pytest.mark.parametrize("word", ["", "x" * 101])
def test_the_texts_of_a_list_have_bounds_too_and_the_schema_says_so(word: str) -> None:
    data = {"member": {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}}
    with pytest.raises(InvalidRequest) as refused:
        read(NutritionRequest, {**data, "dislikes": ["liver", word]})
    [fault] = refused.value.errors
    assert (fault.pointer, fault.allowed) == ("/dislikes/1", ("from 1 to 100 characters",))
    schemas: dict[str, dict[str, Any]] = {}
    schema_of(NutritionRequest, schemas)
    items = schemas["NutritionRequest"]["properties"]["dislikes"]["items"]
    assert items == {"type": "string", "minLength": 1, "maxLength": 100, "pattern": TEXT_PATTERN}
