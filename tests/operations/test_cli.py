import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from models import migrations
from models.settings import Settings
from operations.cli import COMMANDS, reveille

SCRIPT = Path(sys.executable).with_name("reveille")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_loads_and_helps_itself(name):
    module, _, attribute = COMMANDS[name].partition(":")
    assert getattr(importlib.import_module(module), attribute).name == name
    helped = CliRunner().invoke(reveille, [name, "--help"])
    assert helped.exit_code == 0
    assert helped.output.startswith("Usage: ")


def test_unknown_command_is_refused_with_usage():
    answer = CliRunner().invoke(reveille, ["march"])
    assert answer.exit_code == 2
    assert "No such command 'march'" in answer.output


def test_fault_with_a_sentence_ends_with_that_sentence():
    told = subprocess.run([SCRIPT, "migrate"], env={}, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("reveille: no database: set REVEILLE_DATABASE_URL, or let `reveille up` ")
    assert told.stderr.count("\n") == 1


def test_database_that_does_not_answer_is_one_sentence():
    environ = {"REVEILLE_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:9/none"}
    told = subprocess.run([SCRIPT, "migrate"], env=environ, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("reveille: PostgreSQL does not answer: ")
    assert told.stderr.count("\n") == 1
    assert "secret" not in told.stderr


def test_migrate_can_be_run_again_and_names_the_schema(settings: Settings):
    for _ in range(2):
        done = subprocess.run(
            [SCRIPT, "migrate"], env=settings.environment(), capture_output=True, text=True, check=True
        )
        assert done.stdout == f"schema {migrations.head()}\n"
