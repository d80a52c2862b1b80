"""A group of commands, called as an operator calls it, on the settings of the test."""

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner

from models.settings import Settings


def caller_of(group: click.Group, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Call it with arguments: what it prints, or where it ends with another status what it says of that."""
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, status: int = 0) -> str:
        done = CliRunner().invoke(group, arguments)
        assert done.exit_code == status, done.output
        return done.stderr if status else done.stdout

    return run
