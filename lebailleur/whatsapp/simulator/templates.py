"""Message templates: kept as the business creates them, filled in as it sends them."""

import re
import secrets
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur.whatsapp.simulator import uploads
from lebailleur.whatsapp.simulator.account import Account
from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.payloads import Component, Parameter, Template
from lebailleur.whatsapp.simulator.tables import SimTemplate

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class NewButton(BaseModel):
    """A button of a new template."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str


class NewComponent(BaseModel):
    """The header, body, footer or buttons of a new template."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str | None = None
    buttons: list[NewButton] = []


# Of a header: what its file is, and so what its sample must be.
_FILES = {"DOCUMENT": "application/", "IMAGE": "image/", "VIDEO": "video/"}


class NewTemplate(BaseModel):
    """What POST /{business account}/message_templates is given."""

    name: str
    language: str
    category: Literal["UTILITY", "MARKETING", "AUTHENTICATION"]
    components: list[NewComponent]


def create(session: Session, new: NewTemplate) -> SimTemplate:
    """Keep a template, in place of an earlier one of the same name and language."""
    row = _find(session, new.name, new.language)
    if row is None:
        row = SimTemplate(
            id=10**14 + secrets.randbelow(9 * 10**14), name=new.name, language=new.language
        )
        session.add(row)
    row.category = new.category
    row.components = [part.model_dump(exclude_defaults=True) for part in new.components]
    return row


def check_samples(account: Account, new: NewTemplate) -> None:
    """Whoever wants a template with a file shows one: its handle, from a resumable upload. Raises
    GraphError 100."""
    for part in new.components:
        extra = part.model_extra or {}
        kind = _FILES.get(str(extra.get("format", "")).upper())
        if part.type.upper() != "HEADER" or kind is None:
            continue
        example = extra.get("example")
        handles = example.get("header_handle") if isinstance(example, dict) else None
        if not isinstance(handles, list) or not handles:
            raise GraphError(100, "header: an example with a header_handle is missing")
        if not (uploads.type_of(account, str(handles[0])) or "").startswith(kind):
            raise GraphError(100, "header: header_handle is no upload of such a file")


def as_json(row: SimTemplate) -> dict[str, Any]:
    """A template as the Graph API lists it."""
    return {
        "id": str(row.id),
        "name": row.name,
        "language": row.language,
        "category": row.category,
        "status": "APPROVED",
        "components": row.components,
    }


def filled(session: Session, sent: Template) -> dict[str, Any]:
    """The content of a sent template: what was sent, the template's `category`, and `shown`, what
    the person sees.

    Raises GraphError 132001 (unknown name or language), 132000 (number of parameters) or 132012
    (a parameter without the name that the template gives it).
    """
    row = _find(session, sent.name, sent.language.code)
    if row is None:
        details = f"template name ({sent.name}) does not exist in {sent.language.code}"
        raise GraphError(132001, details)
    given = {part.type.upper(): part.parameters for part in sent.components}
    shown: dict[str, Any] = {"buttons": []}
    for component in map(NewComponent.model_validate, row.components):
        kind = component.type.upper()
        parameters = given.get(kind, [])
        if kind == "BUTTONS":
            shown["buttons"] = _buttons(component.buttons, sent.components)
        elif component.text is not None:
            shown[kind.lower()] = _fill(kind.lower(), component.text, parameters)
        elif kind == "HEADER":
            if len(parameters) != 1:
                raise GraphError(132012, "header: one parameter with the file is required")
            shown["media"] = parameters[0].model_dump(exclude_none=True)
    told = {"category": row.category.lower(), "shown": shown}
    return sent.model_dump(exclude_none=True) | told


def _find(session: Session, name: str, language: str) -> SimTemplate | None:
    return session.scalar(
        select(SimTemplate).where(SimTemplate.name == name, SimTemplate.language == language)
    )


def _fill(where: str, text: str, parameters: list[Parameter]) -> str:
    names = list(dict.fromkeys(_PLACE.findall(text)))
    if len(parameters) != len(names):
        details = f"{where}: number of localizable_params ({len(parameters)}) does not match "
        raise GraphError(132000, f"{details}the expected number of params ({len(names)})")
    if all(name.isdigit() for name in names):
        keys: list[str | None] = [*sorted(names, key=int)]
    else:
        keys = [part.parameter_name for part in parameters]
        if set(keys) != set(names):
            raise GraphError(132012, f"{where}: parameters named {', '.join(names)} are required")
    values = {key: part.text or "" for key, part in zip(keys, parameters, strict=True)}
    return _PLACE.sub(lambda place: values[place[1]], text)


def _buttons(buttons: list[NewButton], sent: list[Component]) -> list[dict[str, str]]:
    payloads = {
        str(part.index): part.parameters[0].payload
        for part in sent
        if (part.sub_type or "").lower() == "quick_reply" and part.parameters
    }
    return [
        {"id": payloads.get(str(index)) or button.text, "title": button.text}
        for index, button in enumerate(buttons)
        if button.type.upper() == "QUICK_REPLY"
    ]
