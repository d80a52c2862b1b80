"""Finds in the source every sentence that a problem may hold, with `{1}`, `{2}` where its values stand.

It looks at functions that make a fault, a refusal or a change to offer, and at those that make texts for
them.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("models", "planners", "web", "workers")
MAKERS = frozenset({
    "FieldError", "Infeasible", "InvalidRequest", "Change", "BadReceiver",
    "Unauthorized", "BadCredentials", "Forbidden", "InvalidHeader", "PreconditionFailed", "KeyReused",
    "WrongMediaType", "BodyTooLarge", "NotFound", "Conflict", "Taken", "Unavailable", "problem_answer",
    "WrongShard", "_refuse", "_wrong",
})  # fmt: skip
# What only the command line, operators' logs or the tests' own people read.
ELSEWHERE = (
    "models/archive/restore.py", "models/archive/take.py", "models/migrations/", "models/nights/control.py",
    "models/settings.py", "models/shards/add.py", "models/shards/moving.py", "models/shards/spread.py",
    "planners/nutrition/expenditure.py",
    "planners/nutrition/hei.py", "planners/nutrition/logged.py",
    "planners/nutrition/own_", "planners/nutrition/score.py",
    "planners/nutrition/food_table.py", "planners/workout/exercise_table.py",
    "planners/workout/tests/scoring.py", "workers/addresses.py",
)  # fmt: skip
NOT_TOLD = frozenset({"cause", "actor", "action", "subject"})  # keyword arguments
QUIET = frozenset(
    {"ValueError", "SettingsError", "getLogger", "write_act_down", "write_down", "text", "bindparams"}
)


NO_SENTENCES = frozenset({
    "the archive's file {1} is gone", "the archive failed and nothing was dropped: {1}: {2}",  # for operators
    "PostgreSQL does not answer: {1}", "REVEILLE_SHARD_URLS does not say where the shard {1} is",
    "{1} is not origin=address, as in https://hooks.base.mil=10.20.0.7",  # of a setting
    "{1} must be an origin, without a path",
    "account {1}",  # of the audit log
    "The profile as it is now. Where the menu under way does not know of an allergy that it tells of, "
    "Location is the job that makes what is left of the menu anew.",  # of the document
    "See the HTTP specification.",  # a remedy, which is in the document only
    'Bearer realm="reveille"{1}', 'Bearer realm="reveille"',
    "the shard {1} is another one",  # for operators, as is the next
    "no shard of the region {1} has a bucket: move some to one",
})  # fmt: skip


def harvest() -> dict[str, str]:
    """Every sentence, and where it stands."""
    found: dict[str, str] = {}
    for path, function in _functions_that_tell():
        for node, sentence in _sentences(function):
            found.setdefault(sentence, f"{path}:{node.lineno}")
        for name, sentence in _constants(path).items():
            if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function)):
                found.setdefault(sentence, f"{path}: {name}")
    return {sentence: where for sentence, where in found.items() if sentence not in NO_SENTENCES}


@cache
def _constants(path: str) -> dict[str, str]:
    """Sentences that a module gives a name."""
    named: dict[str, str] = {}
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _text(node.value)
            if text is not None and _is_sentence(text):
                named[node.targets[0].id] = text
    return named


def _is_sentence(text: str) -> bool:
    return " " in text.strip() and any(part.isalpha() for part in text.split())


def _functions_that_tell() -> Iterator[tuple[str, ast.FunctionDef]]:
    by_name: dict[str, list[tuple[str, ast.FunctionDef]]] = defaultdict(list)
    waiting: list[tuple[str, ast.FunctionDef]] = []
    for path, function in _functions():
        by_name[function.name].append((path, function))
        if MAKERS & set(_called(function)) or path == "web/errors.py":
            waiting.append((path, function))
    seen = {id(function) for _, function in waiting}
    while waiting:
        path, function = waiting.pop()
        yield path, function
        for name in _called(function):
            for where, other in by_name[name]:
                near = where == path or not name.startswith("_")
                if near and id(other) not in seen and _gives_text(other):
                    seen.add(id(other))
                    waiting.append((where, other))


def _functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if not path.startswith(ELSEWHERE):
                for node in ast.walk(ast.parse(file.read_text())):
                    if isinstance(node, ast.FunctionDef):
                        yield path, node


def _called(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def _gives_text(function: ast.FunctionDef) -> bool:
    given = "" if function.returns is None else ast.unparse(function.returns)
    return any(word in given for word in ("str", "FieldError", "Change")) and "StrEnum" not in given


def _sentences(function: ast.FunctionDef) -> Iterator[tuple[ast.expr, str]]:
    for statement in function.body:
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):  # a docstring
            yield from _within(statement)


def _within(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    if isinstance(node, ast.FunctionDef):
        yield from _sentences(node)
        return
    if isinstance(node, ast.Call) and _is_quiet(node):
        return
    if isinstance(node, ast.expr):
        text = _text(node)
        if text is not None:
            if _is_sentence(text):
                yield node, text
            return
    if isinstance(node, ast.keyword) and node.arg in NOT_TOLD:
        return
    for child in ast.iter_child_nodes(node):
        yield from _within(child)


def _is_quiet(call: ast.Call) -> bool:
    owner = getattr(call.func, "value", None)
    return _name(call.func) in QUIET or getattr(owner, "id", "") == "logger"


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def _text(node: ast.expr) -> str | None:
    """What a string says; neighbours among its values are one."""
    parts = _parts(node)
    if parts is None or not any(parts):
        return None
    made, number, last_was_value = "", 0, False
    for part in parts:
        if part is None:
            number += not last_was_value
            made += "" if last_was_value else f"{{{number}}}"
        else:
            made += part
        last_was_value = part is None
    return made


def _parts(node: ast.expr) -> list[str | None] | None:
    """Texts, and None for each value; None for what is no string."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return [v.value if isinstance(v, ast.Constant) else None for v in node.values]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _parts(node.left), _parts(node.right)
        if left is None and right is None:
            return None
        return [*(left or [None]), *(right or [None])]
    return None
