"""Message templates: what WhatsApp lets through outside the 24-hour window, once Meta approved it.

They are the files of `templates/`: a frame that says what it is about, in which {{words}} are what
would have been said inside the window. So the wording stays in `domain.yml` alone. Where what is
said has as many options as its template has buttons, these are its options.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fpdf import FPDF
from ruamel.yaml import YAML

from lebailleur.settings import ROOT
from lebailleur.whatsapp.outbound import short, with_numbers

FOLDER = ROOT / "templates"
LANGUAGES = ("fr", "en")
ANYTHING = "anything"
# Meta takes a body of 1024 characters with its blanks filled.
LONGEST_BODY = 1024
LONGEST_BUTTON = 25
_WORDS = "{{words}}"


@dataclass(frozen=True)
class Template:
    """One file: what it may say (`says`: the events, or ``anything``), with a document or without,
    and in each language the frame, the titles of its buttons and an example for reviewers."""

    name: str
    says: tuple[str, ...]
    with_document: bool
    body: dict[str, str]
    buttons: dict[str, tuple[str, ...]]
    example: dict[str, str]

    def room(self, language: str) -> int:
        """How many characters its words may have."""
        return LONGEST_BODY - len(self.body[language].replace(_WORDS, ""))


@cache
def every() -> tuple[Template, ...]:
    """All templates. Raises `ValueError` for a file that Meta would refuse."""
    return tuple(_read(file) for file in sorted(FOLDER.glob("*.yml")))


def chosen(matter: str | None, language: str, options: int, *, document: bool) -> Template:
    """The template for what an event (`matter`) has to say: its own, where that has room for the
    options; else the one for anything."""
    own = (
        each
        for each in every()
        if matter in each.says
        and each.with_document == document
        and len(each.buttons[language]) in (0, options)
    )
    anything = (e for e in every() if ANYTHING in e.says and e.with_document == document)
    return next(own, None) or next(anything)


def filled(
    template: Template,
    language: str,
    text: str,
    options: Sequence[Sequence[str]],
    media: dict[str, str] | None,
) -> tuple[dict[str, Any], bool]:
    """The message that says `text` by a template, and whether the whole of it had room."""
    titles = [title for title, _ in options]
    buttons = template.buttons[language]
    words = _in_one_line(text if buttons else with_numbers(text, titles))
    room = template.room(language)
    components: list[dict[str, Any]] = []
    if media is not None:
        components.append(
            {"type": "header", "parameters": [{"type": "document", "document": media}]}
        )
    said = {"type": "text", "parameter_name": "words", "text": short(words, room)}
    components.append({"type": "body", "parameters": [said]})
    if buttons:
        components += [
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": str(number),
                "parameters": [{"type": "payload", "payload": payload}],
            }
            for number, (_, payload) in enumerate(options)
        ]
    payload = {
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"code": language},
            "components": components,
        },
    }
    return payload, len(words) <= room


def as_created(template: Template, language: str, sample: str | None = None) -> dict[str, Any]:
    """What the Graph API is given to create it. `sample`: the handle of an uploaded example of its
    document, which Meta wants to see."""
    components: list[dict[str, Any]] = []
    if template.with_document:
        header: dict[str, Any] = {"type": "HEADER", "format": "DOCUMENT"}
        if sample:
            header["example"] = {"header_handle": [sample]}
        components.append(header)
    named = {"param_name": "words", "example": template.example[language]}
    components.append(
        {
            "type": "BODY",
            "text": template.body[language],
            "example": {"body_text_named_params": [named]},
        }
    )
    if buttons := template.buttons[language]:
        titles = [{"type": "QUICK_REPLY", "text": title} for title in buttons]
        components.append({"type": "BUTTONS", "buttons": titles})
    return {
        "name": template.name,
        "language": language,
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": components,
    }


def every_created() -> list[dict[str, Any]]:
    """What the Graph API is given to create all of them, in each language; without samples."""
    return [as_created(each, language) for each in every() for language in LANGUAGES]


def sample_of(template: Template, language: str) -> bytes:
    """A PDF as the template's document may be, for Meta's reviewers: it says what the example
    says."""
    paper = FPDF(format="A5")
    paper.add_page()
    paper.set_font("Helvetica", size=12)
    paper.multi_cell(0, 8, template.example[language])
    return bytes(paper.output())


@dataclass(frozen=True)
class Found:
    """A template in one language, and what Meta has of it: ``MISSING``, ``CHANGED`` (its words are
    not ours), or Meta's own status; `id` is Meta's, where it is there."""

    name: str
    language: str
    status: str
    id: str | None = None


def compared(theirs: Sequence[dict[str, Any]]) -> list[Found]:
    """Our templates beside what the Graph API lists."""
    listed = {(each.get("name"), each.get("language")): each for each in theirs}
    found = []
    for template in every():
        for language in LANGUAGES:
            other = listed.get((template.name, language))
            if other is None:
                found.append(Found(template.name, language, "MISSING"))
                continue
            same = _shown(other) == _shown(as_created(template, language))
            status = str(other.get("status", "UNKNOWN")) if same else "CHANGED"
            found.append(Found(template.name, language, status, str(other.get("id"))))
    return found


def named(name: str) -> Template:
    """The template of this name. Raises `StopIteration` where there is none."""
    return next(each for each in every() if each.name == name)


def _shown(created: dict[str, Any]) -> list[Any]:
    """What people see of a template: Meta adds to the rest."""
    return [
        (
            part.get("type"),
            part.get("format"),
            part.get("text"),
            [(each.get("type"), each.get("text")) for each in part.get("buttons", [])],
        )
        for part in created.get("components", [])
    ]


def _in_one_line(text: str) -> str:
    """What a blank may hold: no line breaks, no tabs, no more than four spaces."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return " • ".join(line for line in lines if line) or "…"


def _read(file: Path) -> Template:
    told = YAML(typ="safe").load(file)
    missing = [each for each in ("says", *LANGUAGES) if each not in told]
    if missing:
        raise ValueError(f"{file.name}: {', '.join(missing)} is missing")
    template = Template(
        file.stem,
        tuple(told["says"]),
        bool(told.get("document")),
        {language: told[language]["body"] for language in LANGUAGES},
        {language: tuple(told[language].get("buttons") or ()) for language in LANGUAGES},
        {language: told[language]["example"] for language in LANGUAGES},
    )
    for language in LANGUAGES:
        if not re.fullmatch(r"\S.*\S \{\{words\}\} \S.*\S", template.body[language]):
            raise ValueError(f"{file.name}, {language}: {_WORDS} must stand between other words")
        if any(len(each) > LONGEST_BUTTON for each in template.buttons[language]):
            raise ValueError(f"{file.name}, {language}: a button is longer than {LONGEST_BUTTON}")
    return template
