"""`/properties/manage/`: what can be done with properties, by the numbers of the chat."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel

from lebailleur import database
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Language
from lebailleur.rentals import rights
from lebailleur.settings import settings

router = APIRouter(route_class=Sentences)


class Call(BaseModel):
    """One request of this API; `<id>` is a property's."""

    method: Literal["GET", "POST"]
    path: str


class Option(BaseModel):
    """What the chat offers under this number, and the requests that do it, one after the other."""

    number: int
    title: str
    calls: list[Call]


class Options(BaseModel):
    """What can be done with properties. `number` is that of properties in the chat's menu."""

    language: Language
    number: int
    title: str
    calls: list[Call]
    options: list[Option]


TITLES: dict[Language, tuple[str, str, str]] = {
    "fr": ("Propriétés", "Ajouter", "Supprimer"),
    "en": ("Properties", "Add", "Delete"),
}
LIST = [Call(method="GET", path="/properties/")]
ADD = [Call(method="POST", path="/properties/")]
DELETE = [
    Call(method="GET", path="/properties/delete/<id>/"),
    Call(method="POST", path="/properties/delete/confirm/<id>/"),
]


@router.get("/properties/manage/", tags=["properties"])
def manage(
    asker: Caller,
    accept_language: Annotated[str | None, Header(description="fr or en", examples=["fr"])] = None,
) -> Options:
    """What can be done with properties, in the language that is asked for, or the landlord's."""
    with database.reading() as session:
        landlord = rights.landlord_of(session, asker)
    own = landlord.language if landlord else settings().default_language
    language = _wanted(accept_language or "") or _wanted(own) or "fr"
    properties, add, delete = TITLES[language]
    return Options(
        language=language,
        number=1,
        title=properties,
        calls=LIST,
        options=[
            Option(number=1, title=add, calls=ADD),
            Option(number=2, title=delete, calls=DELETE),
        ],
    )


def _wanted(header: str) -> Language | None:
    """The language that an `Accept-Language` header wants most, of those there are."""
    found: list[tuple[float, Language]] = []
    for each in header.split(","):
        name, _, weight = each.partition(";")
        said = name.strip().lower().partition("-")[0]
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        found += [(quality, known) for known in TITLES if known == said and quality > 0]
    return max(found, key=lambda one: one[0])[1] if found else None
