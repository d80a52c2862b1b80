"""A second reader of pages: a tree from html.parser, which refuses what is not well nested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta"}


@dataclass
class Node:
    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, name: str, class_: str = "") -> list[Node]:
        """Every element of this name and, where one is given, class."""
        return [
            node
            for node in self.walk()
            if node.name == name and (not class_ or class_ in (node.attributes.get("class") or "").split())
        ]

    def one(self, name: str, class_: str = "") -> Node:
        found = self.all(name, class_)
        assert len(found) == 1, f"{len(found)} of <{name} class={class_}>"
        return found[0]

    def by_id(self, wanted: str) -> Node:
        return next(node for node in self.walk() if node.attributes.get("id") == wanted)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def texts(self, name: str) -> list[str]:
        return [node.text() for node in self.all(name)]

    def values(self) -> list[float]:
        """The exact numbers of every <data>, in order."""
        return [float(node.attributes["value"] or "") for node in self.all("data")]

    def dates(self) -> list[str | None]:
        return [node.attributes["datetime"] for node in self.all("time")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in <{tag}>"
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def read_page(html: str) -> Node:
    """The tree of a page whose every element is closed in order."""
    assert html.startswith("<!doctype html>\n")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], "an element is not closed"
    return reader.root


CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
NUMBER = re.compile(r"-?[\d,]+(?:\.(\d+))?")


def shown_agrees(node: Node) -> bool:
    """Whether the text of a <data> is its value, rounded no more than its last digit says."""
    value, text = float(node.attributes["value"] or ""), node.text()
    if told := CLOCK.search(text):
        hours, minutes, seconds = (int(part or 0) for part in told.groups())
        return abs(3600 * hours + 60 * minutes + seconds - value) <= 0.5
    told = NUMBER.search(text)
    assert told, text
    unit = {"km": 1000.0, "min": 60.0}.get(text.split()[-1], 1.0)
    half = 0.5 * 10.0 ** -len(told[1] or "") * unit
    return abs(float(told[0].replace(",", "")) * unit - value) <= half + 1e-9
