"""Whom the servers run as: the present user or, because PostgreSQL refuses root, an ordinary one instead."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.stack import become
from operations.stack.errors import StackError

SETTING = "REVEILLE_SERVER_USER"
DEFAULT_NAME = "nobody"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user of this machine, and whether commands must first change to it from root."""

    uid: int
    gid: int
    name: str
    change: bool

    def command(self, argv: Sequence[str], reaches: Iterable[Path]) -> list[str]:
        """`argv` so that it runs as this account and can enter the folders of `reaches`.

        A folder below a closed one (root's home, a private temporary folder) cannot be entered by an ordinary
        user. No mode of a folder that is not ours is changed: the server keeps one right of root instead, to
        pass through folders.
        """
        if not self.change:
            return list(argv)
        closed = any(not self._can_enter(path) for path in reaches)
        return become.command(self.uid, self.gid, pass_everywhere=closed, argv=argv)

    def own(self, path: Path) -> Path:
        """Make the private folder `path` where it is missing, as this account's own; return it.

        Raises
        ------
        StackError
            When root may not give a folder away, as in a container that withholds that right.
        """
        path.mkdir(mode=0o700, exist_ok=True)
        if self.change and path.stat().st_uid != self.uid:
            try:
                os.chown(path, self.uid, self.gid)
            except PermissionError:
                told = f"PostgreSQL refuses to run as root, and root may not give {path} to {self.name} here"
                raise StackError(f"{told}: run this as an ordinary user.") from None
        return path

    def _can_enter(self, path: Path) -> bool:
        return all(self._has_search_right(step) for step in (path, *path.parents) if step.is_dir())

    def _has_search_right(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


def server_account(environ: Mapping[str, str], cluster: Path) -> Account:
    """The account of the servers: the present user; for root the owner of `cluster`, the one set, or nobody.

    Raises
    ------
    StackError
        When the user that REVEILLE_SERVER_USER names does not exist or is root.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), name=environ.get("USER", "?"), change=False)
    if cluster.is_dir() and (owner := cluster.stat().st_uid) != 0:
        return _account(owner)
    name = environ.get(SETTING, DEFAULT_NAME)
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise StackError(
            f"There is no user {name!r} here: name one that is not root in {SETTING}."
        ) from error
    if entry.pw_uid == 0:
        raise StackError(f"PostgreSQL refuses to run as root: name an ordinary user in {SETTING}.")
    return _account(entry.pw_uid)


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise StackError(
            f"The data folder belongs to user {uid}, who does not exist: name another."
        ) from error
    return Account(uid=uid, gid=entry.pw_gid, name=entry.pw_name, change=True)
