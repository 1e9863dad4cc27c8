"""The console's front page and the files it needs. Nothing comes from another server."""

import json
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

HERE = Path(__file__).parent
TEXTS: dict[str, dict[str, str]] = json.loads((HERE / "texts.json").read_text("utf-8"))
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}


def console_router(*, simulated: bool) -> APIRouter:
    """The router with `/` and `/console/static/…`; `simulated` when the simulator is on."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(HERE / "templates")
    files = StaticFiles(directory=HERE / "static")

    @router.get("/")
    def front_page(request: Request) -> Response:
        language = language_of(request.headers.get("Accept-Language", ""))
        return templates.TemplateResponse(
            request,
            "simulator.html" if simulated else "connected.html",
            {"language": language, "texts": TEXTS[language]},
            headers=HEADERS,
        )

    @router.get("/console/static/{path:path}")
    async def static(path: str, request: Request) -> Response:
        response = await files.get_response(path, request.scope)
        # Always asked for again (with an ETag), so that a page never runs on old files.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return router


def language_of(accepted: str) -> str:
    """`fr` or `en`, whichever an Accept-Language header prefers; `en` when it names neither."""

    def quality(choice: str) -> float:
        _, _, value = choice.partition(";q=")
        try:
            return float(value or 1)
        except ValueError:
            return 0.0

    choices = sorted(accepted.replace(" ", "").split(","), key=quality, reverse=True)
    named = (choice[:2].lower() for choice in choices)
    return next((language for language in named if language in TEXTS), "en")
