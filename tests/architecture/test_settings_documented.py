"""docs/settings.md says what models/settings.py says, setting by setting."""

from dataclasses import fields
from pathlib import Path

from models.settings import PREFIX, Settings
from planners.reading import number_text

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def row_of(declared) -> str:
    says = declared.metadata
    default = f"`{declared.default}`" if declared.default != "" else "empty"
    edges = "; ".join(f"too {side}: {says[side]}" for side in ("low", "high") if says[side])
    least, most = says["least"], says["most"]
    span = f"{number_text(least)} to {number_text(most)} {says['unit']}" if least is not None else ""
    return f"| `{PREFIX}{declared.name.upper()}` | {says['means']} | {default} | {span} | {edges} |"


def test_page_has_exactly_one_row_for_every_setting():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{PREFIX}")]
    assert rows == [row_of(declared) for declared in fields(Settings)]


def test_every_bounded_setting_says_what_too_low_and_too_high_do():
    for declared in fields(Settings):
        if declared.metadata["least"] is not None:
            assert declared.metadata["low"], declared.name
            assert declared.metadata["high"], declared.name
