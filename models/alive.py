"""A sign of life of a process that listens at no port: a file, touched as its main loop turns."""

from __future__ import annotations

from pathlib import Path

from models.settings import Settings


def beat(settings: Settings) -> None:
    """Touch the file of `alive_path`, if one is named.

    >>> beat(Settings())
    """
    if settings.alive_path:
        Path(settings.alive_path).touch()
