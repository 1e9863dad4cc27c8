"""The front page, the home page and the files they need. Nothing comes from another server."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import phonenumbers
import segno
from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

HERE = Path(__file__).parent
TEXTS: dict[str, dict[str, str]] = json.loads((HERE / "texts.json").read_text("utf-8"))
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}


@dataclass(frozen=True)
class Chat:
    """How a phone gets to the business's chat: the number as people read it, the address that
    opens it with a first word, and that address as a QR code (SVG)."""

    number: str
    address: str
    qr: Markup


def console_router(*, simulated: bool, number: str = "") -> APIRouter:
    """The router with `/`, `/home/` and `/console/static/…`. `/` is the simulator when it is on
    (`simulated`), else the home page; `number`: the business's on WhatsApp in E.164, if known."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(HERE / "templates")
    files = StaticFiles(directory=HERE / "static")
    chats = {
        each: chat_with(number, hello=texts["home_hello"]) if number else None
        for each, texts in TEXTS.items()
    }

    def page(request: Request, name: str, language: str) -> Response:
        shown = {
            "language": language,
            "texts": TEXTS[language],
            "simulated": simulated,
            "chat": chats[language],
        }
        return templates.TemplateResponse(request, name, shown, headers=HEADERS)

    @router.get("/")
    def front_page(request: Request, lang: str = "") -> Response:
        if not simulated:
            return home_page(request, lang)
        return page(
            request, "simulator.html", language_of(request.headers.get("Accept-Language", ""))
        )

    @router.get("/home/")
    def home_page(request: Request, lang: str = "") -> Response:
        accepted = request.headers.get("Accept-Language", "")
        return page(request, "home.html", lang if lang in TEXTS else language_of(accepted))

    @router.get("/console/static/{path:path}")
    async def static(path: str, request: Request) -> Response:
        response = await files.get_response(path, request.scope)
        # Always asked for again (with an ETag), so that a page never runs on old files.
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return router


def chat_with(number: str, *, hello: str) -> Chat:
    """The way to a WhatsApp number (E.164), with `hello` as the message that is there already."""
    address = f"https://wa.me/{number.removeprefix('+')}?text={quote(hello)}"
    shown = phonenumbers.format_number(
        phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    # The page names it; without its own size it takes that of its place.
    drawn = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=4)
    return Chat(shown, address, Markup(drawn))  # noqa: S704 -- segno's drawing, no text of anybody's


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
