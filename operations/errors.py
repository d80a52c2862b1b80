"""What can go wrong when the platform is run from here; each text is for the operator."""

from __future__ import annotations

from models.errors import ModelError


class UpError(ModelError):
    """The platform cannot be started: one sentence, with a process's last lines where it has any."""
