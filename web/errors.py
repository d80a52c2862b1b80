"""What the web itself refuses. `web.problems` says how each is answered."""

from __future__ import annotations

from collections.abc import Mapping


class WebError(Exception):
    """The root of what this room raises; the text is the sentence that the client reads."""


class Unauthorized(WebError):
    """The request carries no access token, or one that is not good. `reason` goes into WWW-Authenticate."""

    def __init__(self, text: str, reason: str | None = "invalid_token") -> None:
        super().__init__(text)
        self.reason = reason


class BadCredentials(WebError):
    """The e-mail and password, or the refresh token, do not log anybody in."""


class AccountLocked(WebError):
    """Too many wrong passwords; `retry_after_s` is when the lock ends, in seconds from now."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many wrong passwords; try again in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s


class Forbidden(WebError):
    """The caller is known and may not do this."""


class InvalidHeader(WebError):
    """A request header cannot be read."""


class PreconditionFailed(WebError):
    """The resource is no longer what the client's If-Match says."""


class KeyReused(WebError):
    """The Idempotency-Key belongs to another request."""


class QuotaReached(WebError):
    """As many requests of the tenant wait as may; `retry_after_s` is a guess at when fewer do."""

    def __init__(self, most: int, retry_after_s: int) -> None:
        super().__init__(f"{most} requests of your tenant wait already, as many as may; try again later")
        self.retry_after_s = retry_after_s


class RateLimited(WebError):
    """Too many requests of one address, account or tenant; `headers` tell how many are left."""

    def __init__(self, whose: str, retry_after_s: int, headers: Mapping[str, str]) -> None:
        super().__init__(f"too many requests of this {whose}; try again in {retry_after_s} seconds")
        self.retry_after_s = retry_after_s
        self.headers = headers


class WrongMediaType(WebError):
    """The body is not declared as JSON."""


class BodyTooLarge(WebError):
    """The body is longer than the platform takes."""
