"""What can go wrong when the platform is run from here; each text is for the operator."""

from __future__ import annotations

from models.errors import ModelError


class UpError(ModelError):
    """The platform cannot be started: one sentence, with a process's last lines where it has any."""


class SchemaError(ModelError):
    """The database is not of the version that this code needs."""


class TooManyConnections(ModelError):
    """The processes may open more connections than a database has room for."""


class NoPlatform(ModelError):
    """No platform was ever started where the command looks for one."""
