"""`reveille`: the operator's command. Each subcommand has its own module, loaded when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from models.errors import ModelError, Unavailable

COMMANDS = {  # name -> module and attribute
    "archive": "operations.archive:archive",
    "accounts": "operations.accounts:accounts",
    "audit": "operations.audit:audit",
    "autoscale": "operations.autoscale.command:autoscale",
    "batch": "operations.batch:batch",
    "connections": "operations.connections:connections",
    "demo": "operations.demo:demo",
    "exercises": "operations.exercises:exercises",
    "foods": "operations.foods:foods",
    "jobs": "operations.jobs:jobs",
    "keys": "operations.keys:keys",
    "loadtest": "operations.loadtest:loadtest",
    "migrate": "operations.migrate:migrate",
    "plan": "operations.plan:plan",
    "plans": "operations.plans:plans",
    "privacy": "operations.privacy:privacy",
    "schedules": "operations.schedules:schedules",
    "scale": "operations.scale:scale",
    "score": "operations.score:score",
    "shards": "operations.shards:shards",
    "solve-diet": "operations.diet:solve_diet",
    "up": "operations.up:up",
}


class Loaded(click.Group):
    """A group whose commands are imported only when they are called, so that each starts fast and small."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=Loaded, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reveille")
def reveille() -> None:
    """Workout and nutrition plans, and the platform that makes them."""


def main() -> None:
    """The console script: a fault that has a sentence ends with that sentence, not with a traceback."""
    try:
        reveille()
    except ModelError as error:
        print(f"reveille: {_told(error)}", file=sys.stderr)
        raise SystemExit(1) from None


def _told(error: ModelError) -> str:
    """The sentence for an operator, who may know what members do not read: which server, and why."""
    return (error.cause if isinstance(error, Unavailable) else "") or str(error)
