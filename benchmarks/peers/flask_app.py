"""The least that Flask can do: one route, no login, no checks, no headers, no log."""

from flask import Flask


def create_app() -> Flask:
    app = Flask("bare")

    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "ok"}

    return app
