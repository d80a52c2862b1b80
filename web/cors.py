"""Cross-origin requests of browsers: from the origins of a list and from no other (Fetch standard).

No cookies are used here, so none are allowed: a page needs a bearer token, whichever origin it is of.
"""

from __future__ import annotations

from flask import Flask, Response, request

from models.errors import SettingsError
from web.headers import ANSWERED, ASKED
from web.observe import METHODS

KEPT_S = 600  # for which a browser may remember a preflight's answer
ASKED_HEADERS = ", ".join(
    (*ASKED, "Accept-Language", "Authorization", "Content-Type", "X-Request-Id"),
)
TOLD_HEADERS = ", ".join(ANSWERED)


def origins_of(text: str) -> frozenset[str]:
    """The origins of the setting `cors_origins`.

    Raises
    ------
    SettingsError
        When one is no origin, such as `*` or an address with a path.
    """
    origins = frozenset(word.strip() for word in text.split(",") if word.strip())
    for origin in origins:
        scheme, separator, host = origin.partition("://")
        if scheme not in ("https", "http") or not separator or not host or set(host) & set("/*?#@ "):
            raise SettingsError(
                f"REVEILLE_CORS_ORIGINS: {origin!r} is no origin such as https://app.example.mil"
            )
    return origins


def allow_origins(app: Flask, origins: frozenset[str]) -> None:
    """Let pages of `origins` read the answers of `app`."""
    if not origins:
        return
    app.before_request(lambda: _preflight(origins))
    app.after_request(lambda response: _told(response, origins))


def _preflight(origins: frozenset[str]) -> Response | None:
    asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if not asked or request.headers.get("Origin") not in origins:
        return None
    headers = {
        "Access-Control-Allow-Methods": ", ".join(sorted(METHODS)),
        "Access-Control-Allow-Headers": ASKED_HEADERS,
        "Access-Control-Max-Age": str(KEPT_S),
    }
    return Response(status=204, headers=headers)


def _told(response: Response, origins: frozenset[str]) -> Response:
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = TOLD_HEADERS
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
