"""The data folder: what lies where in it, which folder is used when none is named, and where sockets go."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from operations.stack.errors import StackError, from_os_error

LONGEST_SOCKET_PATH = 100
"""Bytes. Linux allows 107 and macOS 103 for a Unix socket's path."""

ROOT_FOLDER = Path("/var/lib/reveille")
SHORT_FOLDERS = Path("/tmp")  # noqa: S108 (made with mode 0700 and checked for its owner)


@dataclass(frozen=True, kw_only=True)
class DataFolder:
    """Paths inside one data folder; nothing here touches the disk."""

    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "owner.lock"

    @property
    def cluster(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def sockets(self) -> Path:
        """`run` inside the folder, or a short folder of its own where that path is too long for a socket."""
        inside = self.path / "run"
        if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return SHORT_FOLDERS / f"reveille-{digest}"


def chosen_folder(named: str | os.PathLike[str] | None, environ: Mapping[str, str]) -> Path:
    """The data folder: `--data`, else REVEILLE_DATA, else the customary place of the present user.

    An ordinary user's is `$XDG_DATA_HOME/reveille` or `~/.local/share/reveille`. Root's is /var/lib/reveille,
    because the servers give up root's rights and root's home is closed to everybody else.
    """
    if path := named or environ.get("REVEILLE_DATA"):
        return Path(path).expanduser().absolute()
    if os.geteuid() == 0:
        return ROOT_FOLDER
    shared = environ.get("XDG_DATA_HOME")
    return (
        Path(shared) if shared else Path(environ.get("HOME", "~")).expanduser() / ".local/share"
    ) / "reveille"


def make_folder(path: Path) -> DataFolder:
    """Create the data folder where it is missing, and see that this process may write in it.

    Raises
    ------
    StackError
        When it is not a folder, cannot be made or cannot be written.
    """
    folder = DataFolder(path=path.absolute())
    try:
        # The servers of root run as another user, who must be able to pass through.
        folder.path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        folder.logs.mkdir(mode=0o700, exist_ok=True)
        (folder.logs / ".writable").touch()
        (folder.logs / ".writable").unlink()
    except OSError as error:
        remedy = "name a folder that you can write with --data or REVEILLE_DATA."
        raise from_os_error("Writing in the data folder", folder.path, error, remedy) from error
    return folder


def make_sockets(folder: DataFolder, owner: int) -> Path:
    """Make the empty, private folder of the sockets for the user id `owner`; leftovers of a crash go.

    Raises
    ------
    StackError
        When something that another user owns is in its place.
    """
    path = folder.sockets
    if path.is_symlink() or (path.exists() and path.stat().st_uid not in (os.geteuid(), owner)):
        raise StackError(f"{path} is needed for sockets and belongs to another user: remove it.")
    remove_sockets(path)
    path.mkdir(mode=0o700)
    if owner != os.geteuid():
        os.chown(path, owner, -1)
    return path


def remove_sockets(path: Path) -> None:
    """Remove the folder of the sockets with everything in it; it is fine when it is gone."""
    if not path.is_dir():
        return
    for entry in path.iterdir():
        entry.unlink()
    path.rmdir()
