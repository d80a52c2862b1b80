"""A second reader of calendars, from the grammar of RFC 5545 and from nothing of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x1f]*"|[^;:,"\x00-\x1f]*))*):(?P<value>.*)'
)
ESCAPE = re.compile(r"\\(.)")


@dataclass
class Component:
    name: str
    properties: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> parameters, raw value
    inner: list[Component] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The value of a TEXT property."""
        raw = self.properties[name][1]
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", raw), "a comma or semicolon is not escaped"
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", raw), "a control character"
        return ESCAPE.sub(lambda m: {"n": "\n", "N": "\n"}.get(m[1], m[1]), raw)


def unfolded(stream: str) -> list[str]:
    """The content lines; every physical line ends with CRLF and has at most 75 octets."""
    assert stream.endswith("\r\n")
    physical = stream[:-2].split("\r\n")
    for line in physical:
        assert "\n" not in line
        assert "\r" not in line
        assert 0 < len(line.encode()) <= 75, line
    lines: list[str] = []
    for line in physical:
        if line.startswith((" ", "\t")):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def read_calendar(stream: str) -> Component:
    """The one VCALENDAR of the stream; no property stands twice in a component."""
    root = Component("")
    open_ = [root]
    for line in unfolded(stream):
        told = LINE.fullmatch(line)
        assert told, line
        name, params, value = told["name"].upper(), told["params"], told["value"]
        if name == "BEGIN":
            open_[-1].inner.append(Component(value))
            open_.append(open_[-1].inner[-1])
        elif name == "END":
            assert open_.pop().name == value
        else:
            assert name not in open_[-1].properties, name
            open_[-1].properties[name] = (params, value)
    assert open_ == [root]
    (calendar,) = root.inner
    assert calendar.name == "VCALENDAR"
    return calendar
