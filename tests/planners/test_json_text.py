"""JSON as strict as RFC 8259 allows, the same for every reader."""

import pytest

from planners.errors import InvalidRequest
from planners.json_text import DEEPEST, parse_json

ENCODING = "must be UTF-8 text without a byte order mark"
DOCUMENT = '{"kind": "nutrition"}'


def refusal(text: str | bytes) -> str:
    with pytest.raises(InvalidRequest) as caught:
        parse_json(text)
    (fault,) = caught.value.errors
    assert fault.pointer == ""
    return fault.detail


def test_bytes_and_text_are_read_alike() -> None:
    text = '{"a": [1, 2.5, null, true, "\u00e9\U0001f600"]}'
    assert parse_json(text) == parse_json(text.encode()) == {"a": [1, 2.5, None, True, "\u00e9\U0001f600"]}


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_every_other_encoding_is_refused_with_one_sentence(encoding: str) -> None:
    assert refusal(DOCUMENT.encode(encoding)) == ENCODING


@pytest.mark.parametrize("text", [b'{"a": "\xff"}', b'{"a": "\xc3"}', "\ufeff{}", '{"a": "\0"}'], ids=repr)
def test_what_is_not_utf_8_is_refused_with_the_same_sentence(text: str | bytes) -> None:
    assert refusal(text) == ENCODING


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_has_not_are_refused(word: str) -> None:
    assert refusal(f'{{"a": {word}}}') == f"holds {word}, which is not JSON"


def test_a_name_twice_in_one_object_is_refused_and_in_two_is_not() -> None:
    assert refusal('[{"a": 1, "b": 2, "a": 1}]') == "names 'a' twice in one object"
    assert parse_json('[{"a": 1}, {"a": 1}]') == [{"a": 1}, {"a": 1}]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_ends_at_the_deepest_level(opening: str, closing: str) -> None:
    def nested(levels: int) -> str:
        return opening * levels + "1" + closing * levels

    parse_json(nested(DEEPEST - 1))
    assert refusal(nested(DEEPEST)) == refusal(nested(100_000)) == "is nested more than 32 levels deep"


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert refusal("9" * 5_000) == "holds a number with too many digits"


@pytest.mark.parametrize("text", ["", "{", "{}{}", "{'a': 1}", "[1,]", "nothing", "+1", "01"])
def test_text_that_is_no_json_says_where(text: str) -> None:
    said = refusal(text)
    assert said.startswith("is not JSON: ")
    assert "at line 1, column " in said
