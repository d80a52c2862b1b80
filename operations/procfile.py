"""The Procfile as processes to keep, with the environment that they are given."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from models.exposition import FOLDER
from models.settings import Settings
from operations.errors import UpError
from operations.kept_keys import kept_signing_key, root_keys_beside
from operations.stack.servers import Servers
from operations.supervisor import Kept

PROJECT = Path(__file__).parents[1]


def commands(path: Path = PROJECT / "Procfile") -> dict[str, str]:
    """The lines of a Procfile, name → command."""
    return dict(parse_procfile(path.read_text(encoding="utf-8")).processes)


def kept(lines: Mapping[str, str], copies: Mapping[str, int], environ: Mapping[str, str]) -> list[Kept]:
    """The processes of the lines: as many as `copies` says of each, one of what it does not name."""
    make = maker(lines, environ)
    return [make(kind, number) for kind in lines for number in range(1, copies.get(kind, 1) + 1)]


def maker(lines: Mapping[str, str], environ: Mapping[str, str]) -> Callable[[str, int], Kept]:
    """What makes a process of a line by its name and number."""
    return lambda kind, number: Kept(name=f"{kind}.{number}", kind=kind, command=lines[kind], environ=environ)


def environment(servers: Servers, settings: Settings, *, host: str, port: int) -> dict[str, str]:
    """What every process is given: the servers' addresses, the port, this Python's programs on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    own = {"PORT": str(port), "REVEILLE_HOST": host, "PATH": path, "PYTHONUNBUFFERED": "1"}
    if not settings.signing_key:
        own["REVEILLE_SIGNING_KEY_FILE"] = str(kept_signing_key(servers.folder.path))
    own |= root_keys_beside(servers.folder.path, settings)
    own |= archive_beside(servers.folder.path, settings)
    own[FOLDER] = str(emptied(servers.folder.path / "metrics"))
    return {**os.environ, **servers.environment(), **own}


def emptied(folder: Path) -> Path:
    """The folder in which the processes count together; what those of an earlier start counted is gone."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.db"):
        path.unlink()
    return folder


def archive_beside(folder: Path, settings: Settings) -> dict[str, str]:
    """The archive of a platform that has its database in this folder; a configured one is left as it is."""
    if settings.archive_url or settings.database_url:
        return {}
    return {"REVEILLE_ARCHIVE_URL": (folder / "archive").resolve().as_uri()}


def run_release(command: str, environ: Mapping[str, str]) -> None:
    """Run the release step to its end.

    Raises
    ------
    UpError
        When it fails, with what it said.
    """
    done = subprocess.run(  # noqa: S602 (a line of the Procfile is a shell command)
        command, shell=True, env=environ, cwd=PROJECT, stdout=-1, stderr=-2, text=True, check=False
    )
    logging.getLogger("reveille.up").info("%s", done.stdout.strip(), extra={"source": "release"})
    if done.returncode != 0:
        raise UpError(f"`{command}` ended with exit code {done.returncode}:\n{done.stdout.strip()[-2000:]}")
