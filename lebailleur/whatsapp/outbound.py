"""What goes out as the Cloud API's payloads, within its limits.

Options are always numbered in the text, so that digits work; up to three are reply buttons too,
more a list: of more than ten it shows the first nine and the last.
"""

import re
from collections.abc import Sequence
from typing import Any

LONGEST_TEXT, LONGEST_BUTTON_BODY = 4096, 1024
BUTTON_TITLE, ROW_TITLE, ROW_DESCRIPTION = 20, 24, 72
MOST_BUTTONS, MOST_ROWS = 3, 10
LONGEST_ROW_ID = 200

CHOOSE = {"fr": "Choisir", "en": "Choose"}


def payloads(
    text: str, options: Sequence[Sequence[str]], language: str, *, first: int = 1
) -> list[dict[str, Any]]:
    """The messages (without their addressee) that say a text and offer options: one, unless the
    text is longer than WhatsApp takes. `first` is the first option's number."""
    body = with_numbers(text, [title for title, _ in options], first)
    *before, last = split(body, LONGEST_TEXT)
    return [*map(_text, before), _offer(last, options, language)]


def document(media_id: str, filename: str, caption: str) -> dict[str, Any]:
    """A document that was uploaded, with its caption."""
    shown = {"id": media_id, "filename": filename}
    return {"type": "document", "document": {**shown, "caption": caption} if caption else shown}


def file(media_id: str, filename: str, mime: str, caption: str) -> dict[str, Any]:
    """A file that was uploaded, as what it is: a picture, a video, a voice note (which has no
    caption), else a document."""
    kind = mime.split("/")[0]
    if kind not in ("image", "video", "audio") or mime == "image/webp":
        return document(media_id, filename, caption)
    shown = {"id": media_id}
    if caption and kind != "audio":
        shown["caption"] = caption
    return {"type": kind, kind: shown}


def with_numbers(text: str, titles: Sequence[str], first: int = 1) -> str:
    """The text, and below it the options: ``1 · Confirmer``."""
    if not titles:
        return text or "…"
    numbered = "\n".join(f"{number} · {title}" for number, title in enumerate(titles, first))
    return f"{text}\n\n{numbered}" if text else numbered


def split(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` characters, cut at lines, sentences or spaces."""
    parts = []
    while len(text) > limit:
        head = text[: limit + 1]
        cuts = [head.rfind("\n\n"), head.rfind("\n"), _sentence_end(head), head.rfind(" ")]
        at = next((each for each in cuts if each > limit // 2), limit)
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*parts, text] if text or not parts else parts


def short(title: str, limit: int) -> str:
    """A title that fits, with an ellipsis where it was cut."""
    return title if len(title) <= limit else title[: limit - 1].rstrip() + "…"


def _sentence_end(text: str) -> int:
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s)", text)]
    return ends[-1] if ends else -1


def _text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _offer(body: str, options: Sequence[Sequence[str]], language: str) -> dict[str, Any]:
    fits = all(len(payload) <= LONGEST_ROW_ID for _, payload in options)
    if not options or not fits:
        return _text(body)
    # The same choice twice would be refused; its second number leads there too, when it is typed.
    choices: dict[str, str] = {}
    for title, payload in options:
        choices.setdefault(payload, title)
    options = [(title, payload) for payload, title in choices.items()]
    if len(options) > MOST_ROWS:
        options = [*options[: MOST_ROWS - 1], options[-1]]
    if len(options) <= MOST_BUTTONS and len(body) <= LONGEST_BUTTON_BODY:
        titles = _unique([title for title, _ in options], BUTTON_TITLE)
        buttons = [
            {"type": "reply", "reply": {"id": payload, "title": title}}
            for title, (_, payload) in zip(titles, options, strict=True)
        ]
        action: dict[str, Any] = {"buttons": buttons}
        return _interactive("button", body, action)
    titles = _unique([title for title, _ in options], ROW_TITLE)
    rows = []
    for title, (whole, payload) in zip(titles, options, strict=True):
        row = {"id": payload, "title": title}
        if title != whole:
            row["description"] = short(whole, ROW_DESCRIPTION)
        rows.append(row)
    sections = [{"title": CHOOSE[language], "rows": rows}]
    return _interactive("list", body, {"button": CHOOSE[language], "sections": sections})


def _interactive(kind: str, body: str, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": action},
    }


def _unique(titles: Sequence[str], limit: int) -> list[str]:
    """Titles that fit and differ: WhatsApp refuses two that are the same."""
    found: list[str] = []
    for number, title in enumerate(titles, 1):
        fitting = short(title, limit)
        if fitting in found:
            fitting = f"{number} {short(title, limit - len(str(number)) - 1)}"
        found.append(fitting)
    return found
