"""Files of requests that cannot be read: a fault of the command line, not a bad request."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from operations.cli import reveille

COMMANDS = [
    ["plan", "nutrition"],
    ["plan", "workout", "--jsonl"],
    ["score"],
    ["score", "--jsonl"],
    ["solve-diet"],
]
every_command = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def refused(command: list[str], file: Path) -> Result:
    told = CliRunner().invoke(reveille, [*command, str(file)])
    assert (told.exit_code, told.stdout) == (1, "")
    assert told.stderr.startswith(f"Error: cannot read '{file}': ")
    assert told.stderr.count("\n") == 1
    return told


@every_command
def test_a_missing_file_is_one_sentence_and_status_1(command: list[str], tmp_path: Path) -> None:
    assert "No such file or directory" in refused(command, tmp_path / "none.json").stderr


@every_command
def test_a_folder_is_no_file_of_requests(command: list[str], tmp_path: Path) -> None:
    assert "Is a directory" in refused(command, tmp_path).stderr


@every_command
def test_a_file_that_opens_and_cannot_be_read_is_told_alike(command: list[str]) -> None:
    refused(command, Path("/proc/self/mem"))


@pytest.mark.parametrize("command", [["plan", "nutrition"], ["score"], ["solve-diet"]], ids=" ".join)
def test_an_empty_file_is_a_bad_request(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "empty.json"
    file.touch()
    assert CliRunner().invoke(reveille, [*command, str(file)]).exit_code == 2
