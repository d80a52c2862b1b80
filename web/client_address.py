"""Where a request comes from, and whether it came over TLS, as the proxies before us say."""

from __future__ import annotations

from flask import request


def client_address(trusted_proxies: int) -> str:
    """The client's IP address: what the outermost of the trusted proxies saw.

    Each proxy adds to X-Forwarded-For whom it saw. What stands further left was written by the client.
    """
    if trusted_proxies:
        seen = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
        return seen[-trusted_proxies].strip() if len(seen) >= trusted_proxies else ""
    return request.remote_addr or ""


def is_over_tls(trusted_proxies: int) -> bool:
    """Whether the client's side of the connection is TLS."""
    if trusted_proxies:
        return request.headers.get("X-Forwarded-Proto", "").lower() == "https"
    return request.scheme == "https"
