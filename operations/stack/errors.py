"""What can go wrong with the servers, each as one sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

from models.errors import ModelError


class StackError(ModelError):
    """A server cannot be had; the text is one sentence for the operator and holds no password."""


def from_os_error(doing: str, path: Path, error: OSError, remedy: str) -> StackError:
    """The sentence for a failed file operation: what failed, where, why, what to do."""
    return StackError(f"{doing} {path} is not possible ({(error.strerror or str(error)).lower()}): {remedy}")
