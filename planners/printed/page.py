"""What both pages have in common: the frame, the warnings, the foot."""

from __future__ import annotations

from collections.abc import Sequence

from planners.printed.markup import Markup, group, tag
from planners.printed.style import style
from planners.printed.wording import Json, amount, phrase, words

SUPERSEDED = "A newer plan has taken this one's place."


def page(title: str, parts: Sequence[str]) -> str:
    """A whole HTML document that needs nothing else: no script, no picture, no other address."""
    head = (
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{tag('title', title)}\n<style>{style()}</style>"
    )
    body = "\n".join(group([part]) for part in (tag("h1", title), *parts) if part)
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def warnings(plan: Json) -> Markup:
    """What the reader must know first; nothing when there is nothing."""
    told = [SUPERSEDED] if plan.get("state") == "superseded" else []
    lines = [*told, *plan["warnings"]]
    if not lines:
        return Markup()
    return tag("section", tag("h2", "Please note"), bullets(lines), class_="warnings")


def bullets(lines: Sequence[str], **attributes: str) -> Markup:
    """A list of lines."""
    return tag("ul", *(tag("li", line) for line in lines), **attributes)


def foot(plan: Json) -> Markup:
    """Which plan this is, how good it is under its model, and what it was made with."""
    solution = plan["solution"]
    gap = f"at most {amount(100 * solution['gap'])} % from the best" if "gap" in solution else "no bound"
    lines = [
        f"Plan {plan['id']}" if "id" in plan else "",
        f"{words(solution['status'])}: {gap}; seed {solution['seed']}",
        "; ".join(f"{phrase(name)} {plan['versions'][name]}" for name in sorted(plan["versions"])),
    ]
    return tag("footer", *(tag("p", line) for line in lines if line))
