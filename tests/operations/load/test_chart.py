"""Pictures are well-formed and show what there is."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from operations.load.chart import Panel, Series, chart

SVG = "{http://www.w3.org/2000/svg}"


def test_every_series_is_a_line_within_the_picture_and_every_panel_has_its_title() -> None:
    rising = Series(name="a <b>", points=[(0.0, 0.0), (50.0, 2.0), (100.0, 7.5)], color="#000000")
    steps = Series(name="steps", points=[(0.0, 1.0), (50.0, 3.0), (100.0, 1.0)], color="#111111", steps=True)
    drawn = ET.fromstring(
        chart("A & B", [Panel(title="Up", series=[rising], limit=9.0), Panel(title="Down", series=[steps])])
    )
    lines = drawn.findall(f"{SVG}polyline")
    places = [[tuple(map(float, p.split(","))) for p in line.attrib["points"].split()] for line in lines]
    width, height = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    assert all(0 <= x <= width and 0 <= y <= height for line in places for x, y in line)
    assert [len(line) for line in places] == [3, 6]
    assert places[0][0][1] > places[0][1][1] > places[0][2][1]  # up is up
    assert places[1][0][1] == places[1][1][1] != places[1][2][1]
    told = [text.text for text in drawn.findall(f"{SVG}text")]
    assert {"A & B", "Up", "Down", "a <b>", "steps", "100 s"} <= set(told)
    assert sum("stroke-dasharray" in line.attrib for line in drawn.findall(f"{SVG}line")) == 1


def test_nothing_is_a_picture_too() -> None:
    empty = Panel(title="Nothing", series=[Series(name="none", points=[], color="#000000")])
    assert ET.fromstring(chart("Nothing", [empty])).find(f"{SVG}polyline") is not None
