"""Whom the servers run as, and what root gives up for them."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from operations.stack.account import Account, server_account
from operations.stack.errors import StackError

NO_RIGHTS = "CapEff:\t0000000000000000"


@pytest.fixture
def account() -> Account:
    """For root the one it changes to, else the present user."""
    return server_account({}, Path("/no/cluster/yet"))


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests: what root would choose."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def shell(account: Account, script: str, *arguments: Path, reaches: list[Path]) -> str:
    argv = account.command(["/bin/sh", "-c", script, *map(str, arguments)], reaches)
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


def test_a_command_runs_as_the_account_and_never_as_root(account: Account) -> None:
    assert shell(account, "id -u", reaches=[]) == str(account.uid)
    assert account.uid != 0


def test_a_closed_folder_is_passed_without_a_change_to_it(account: Account, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    file = closed / "file"
    file.touch(mode=0o400)
    assert shell(account, 'test -r "$0" && echo reads', file, reaches=[closed]) == "reads"
    assert shell(account, 'test -w "$0" || echo refused', file, reaches=[closed]) == "refused"
    assert closed.stat().st_mode & 0o777 == 0o700


def test_no_right_of_root_is_kept_where_all_folders_are_open(account: Account) -> None:
    rights = f"grep CapEff /proc/self/status || printf '{NO_RIGHTS}'"  # macOS has neither
    assert shell(account, rights, reaches=[Path("/usr/bin")]) == NO_RIGHTS


def test_root_runs_the_servers_as_nobody(as_root: None) -> None:
    chosen = server_account({}, Path("/no/cluster/yet"))
    assert (chosen.name, chosen.change) == ("nobody", True)


def test_root_runs_the_servers_as_the_user_that_is_set(as_root: None) -> None:
    chosen = server_account({"REVEILLE_SERVER_USER": "daemon"}, Path("/no/cluster/yet"))
    assert chosen.uid == pwd.getpwnam("daemon").pw_uid


def test_root_runs_the_servers_as_the_owner_of_the_cluster(as_root: None, tmp_path: Path) -> None:
    owner = pwd.getpwuid(tmp_path.stat().st_uid)
    chosen = server_account({"REVEILLE_SERVER_USER": "daemon"}, tmp_path)
    assert chosen.name == (owner.pw_name if owner.pw_uid else "daemon")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ghost", "There is no user 'ghost' here: name one that is not root in REVEILLE_SERVER_USER."),
        ("root", "PostgreSQL refuses to run as root: name an ordinary user in REVEILLE_SERVER_USER."),
    ],
)
def test_a_user_that_cannot_run_the_servers_is_one_sentence(as_root: None, name: str, sentence: str) -> None:
    with pytest.raises(StackError) as caught:
        server_account({"REVEILLE_SERVER_USER": name}, Path("/no/cluster/yet"))
    assert str(caught.value) == sentence
