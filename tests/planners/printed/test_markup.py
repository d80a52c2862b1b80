"""Nothing becomes HTML without being escaped."""

from hypothesis import given, settings
from hypothesis import strategies as st

from planners.printed.markup import Markup, figure, group, tag
from planners.printed.wording import amount
from tests.planners.printed.page_reader import read_page

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@settings(derandomize=True, max_examples=300)
@given(TEXT, TEXT)
def test_any_text_comes_back_as_it_was(text: str, attribute: str) -> None:
    made = tag("p", text, tag("span", text, class_=attribute))
    page = read_page(f"<!doctype html>\n{made}")
    assert page.one("p").text() == text + text
    assert page.one("span").attributes == {"class": attribute}


def test_markup_is_not_escaped_twice() -> None:
    assert tag("b", tag("i", "a & b")) == "<b><i>a &amp; b</i></b>"
    assert group(["<", Markup("<br>")]) == "&lt;<br>"


def test_what_is_put_together_by_hand_is_escaped_again() -> None:
    joined = tag("i", "a") + tag("i", "b")
    assert tag("p", joined) == "<p>&lt;i&gt;a&lt;/i&gt;&lt;i&gt;b&lt;/i&gt;</p>"


def test_a_figure_keeps_every_digit_beside_its_rounded_text() -> None:
    assert figure(3117.202, amount) == '<data value="3117.202">3,117</data>'


def test_attribute_names_are_those_of_html() -> None:
    assert tag("svg", class_="bar", aria_hidden="true") == '<svg class="bar" aria-hidden="true"></svg>'
