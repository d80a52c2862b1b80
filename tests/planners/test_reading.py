"""The sentences that name a limit."""

import pytest

from planners.reading import range_text


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
