"""The document of this interface, as JSON and as a page that needs no other server."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Response, current_app
from werkzeug.exceptions import NotFound

from web.answers import json_answer, public, tagged
from web.problems import problem_types
from web.routes import Answer, NoAuth, Routes

routes = Routes("documentation")

PUBLIC = NoAuth("the interface's description is public")
DOCUMENT = "reveille.openapi"  # where the application keeps it


@dataclass(frozen=True, kw_only=True)
class Page:
    """One self-contained HTML page and the policy that lets just its own script and style run."""

    html: str
    policy: str


@routes.route(
    "GET", "/v1/openapi.json", "The OpenAPI document", auth=PUBLIC, headers=("If-None-Match",),
    answers=(Answer(status=200, text="OpenAPI 3.1.", body=dict, headers=("ETag",)),
             Answer(status=304, text="It is as the client's ETag says.")),
)  # fmt: skip
def get_openapi() -> Response:
    return tagged(public(json_answer(current_app.extensions[DOCUMENT])))


@routes.route(
    "GET", "/docs", "The interface for people", auth=PUBLIC, headers=("If-None-Match",),
    answers=(Answer(status=200, text="A page that works offline.", media="text/html", headers=("ETag",)),
             Answer(status=304, text="It is as the client's ETag says.")),
)  # fmt: skip
def get_docs() -> Response:
    made = page()
    response = Response(made.html, mimetype="text/html", headers={"Content-Security-Policy": made.policy})
    return tagged(public(response))


@routes.route(
    "GET", "/problems/<name>", "What a type of problem means", auth=PUBLIC,
    answers=(Answer(status=303, text="Its place in the interface's page.", headers=("Location",)),),
)  # fmt: skip
def get_problem(name: str) -> Response:
    if name not in problem_types():
        raise NotFound
    return public(Response(status=303, headers={"Location": f"/docs#problem-{name}"}))


@cache
def page() -> Page:
    """The page, put together from its three files."""
    folder = files("web") / "pages"
    style, script = ((folder / name).read_text("utf-8") for name in ("docs.css", "docs.js"))
    html = (folder / "docs.html").read_text("utf-8")
    html = html.replace("/* style */", style).replace("/* script */", script)
    policy = (
        f"default-src 'none'; connect-src 'self'; style-src '{source_hash(style)}'; "
        f"script-src '{source_hash(script)}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Page(html=html, policy=policy)


def source_hash(text: str) -> str:
    """What a Content-Security-Policy calls the inline style or script `text` by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
