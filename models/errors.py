"""What can go wrong with state. `permanent` says whether trying again is of any use."""

from __future__ import annotations


class ModelError(Exception):
    """The root of what this room raises."""

    permanent = True


class SettingsError(ModelError):
    """A setting is missing or out of its range; the sentence names it and says what is right."""


class NotFound(ModelError):
    """There is no such row for this caller."""


class Conflict(ModelError):
    """The row is not in a state, or not of a version, that allows this."""


class Taken(Conflict):
    """A value that must be unique is already used."""


class LeaseLost(ModelError):
    """The job was given away or ended while this worker held an old token: nothing was written."""


class BadChunk(ModelError):
    """A job of a batch that does not say which members it is for, or whose batch is gone."""


class Unavailable(ModelError):
    """A server that the platform needs does not answer at the moment.

    The text is for everybody, members among them. `cause` is for operators alone: it may name addresses and
    paths of servers, and never a password.
    """

    permanent = False

    def __init__(self, text: str, *, cause: str = "") -> None:
        super().__init__(text)
        self.cause = cause


class Disturbed(Unavailable):
    """The database ended the transaction for another that wanted the same rows: nothing was written."""


class WrongShard(Unavailable):
    """A database was asked for rows of a bucket that it does not own: they are moving, or the map is old."""
