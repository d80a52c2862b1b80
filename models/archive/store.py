"""Where the archive lies: a folder, or a bucket of S3, both through fsspec."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from models.errors import SettingsError, Unavailable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

AWAY = "the archive cannot be reached at the moment; try again"
SCHEMES = ("file", "s3")
S3_OPTIONS = frozenset({"region", "endpoint"})


@dataclass(frozen=True, kw_only=True)
class ArchiveStore:
    """The archive's files: `root` is the folder, or the bucket with its prefix."""

    files: AbstractFileSystem
    root: str
    local: bool

    def full(self, path: str) -> str:
        """The path below the root as the file system has it."""
        return f"{self.root}/{path}"

    @contextmanager
    def opened(self, path: str, mode: str = "rb") -> Iterator[Any]:
        """Open a file to read or write. What is written is on the disk when this ends.

        Raises
        ------
        Unavailable
            When the disk is full, or the folder or bucket cannot be reached.
        """
        with self.told_of(path, reading=mode == "rb"):
            if mode == "wb" and self.local:
                Path(self.full(path)).parent.mkdir(parents=True, exist_ok=True)
            with self.files.open(self.full(path), mode) as file:
                yield file
            if mode == "wb" and self.local:
                _to_disk(self.full(path))

    def delete(self, path: str) -> None:
        """Delete a file; there may be none."""
        with self.told_of(path):
            if self.files.exists(self.full(path)):
                self.files.rm_file(self.full(path))

    @contextmanager
    def told_of(self, path: str, *, reading: bool = False) -> Iterator[None]:
        """Say of a fault which file it was; that a file to read is not there goes on as it is."""
        try:
            yield
        except OSError as error:
            if reading and isinstance(error, FileNotFoundError):
                raise
            cause = (
                f"the archive failed and nothing was dropped: {self.full(path)}: {error.strerror or error}"
            )
            raise Unavailable(AWAY, cause=cause) from error


def open_store(url: str) -> ArchiveStore:
    """The archive at an address, which is connected to when it is first used.

    Raises
    ------
    SettingsError
        When the address is none of an archive.
    """
    parts = checked(url)
    if parts.scheme == "file":
        from fsspec.implementations.local import LocalFileSystem  # heavy: only whoever has an archive

        return ArchiveStore(files=LocalFileSystem(), root=parts.path.rstrip("/"), local=True)
    return ArchiveStore(files=_s3(parts), root=f"{parts.netloc}{parts.path}".rstrip("/"), local=False)


def checked(url: str) -> SplitResult:
    """The parts of the archive's address; `SettingsError` when it is none.

    >>> checked("s3://plans/reveille?region=us-gov-west-1").netloc
    'plans'
    """
    parts = urlsplit(url)
    unknown = parse_qs(parts.query).keys() - S3_OPTIONS
    named = parts.path.strip("/") if parts.scheme == "file" else parts.netloc
    if parts.scheme not in SCHEMES or not named or unknown or (parts.scheme == "file" and parts.netloc):
        raise SettingsError(
            "REVEILLE_ARCHIVE_URL must be file:///folder or s3://bucket/prefix?region=…&endpoint=…"
        )
    return parts


def _s3(parts: SplitResult) -> AbstractFileSystem:
    from fsspec.implementations.arrow import ArrowFSWrapper  # heavy: only whoever has an archive
    from pyarrow.fs import S3FileSystem

    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint = urlsplit(options.get("endpoint", ""))
    named = {"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme} if endpoint.netloc else {}
    if "region" in options:
        named["region"] = options["region"]
    return ArrowFSWrapper(S3FileSystem(connect_timeout=5, request_timeout=30, **named))


def _to_disk(path: str) -> None:
    for name in (path, os.path.dirname(path)):
        handle = os.open(name, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
