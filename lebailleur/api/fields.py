"""What bodies are made of. Types are strict: no text for a number, no 1.0 or true for 1."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lebailleur.understanding.phones import read_phone

LARGEST_ID = 2**31 - 1
PHONES = {
    "not_a_phone": "is not a phone number",
    "invalid_phone": "is a number that does not exist",
    "too_short_phone": "is too short for a phone number",
    "too_long_phone": "is too long for a phone number",
    "old_phone": "is in the old style: the ninth digit is missing",
}


class Body(BaseModel):
    """A body of a request. Fields that nobody knows are refused (a slip in a name must not change
    what is written), but those that answers show and nobody may set are passed over."""

    model_config = ConfigDict(strict=True, extra="forbid")
    only_read: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _without_only_read(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in cls.only_read}

    def given(self) -> dict[str, Any]:
        """What the request has said; of a change, what is to be changed."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def may_be_left_out() -> Any:
    """The default of a field that a creation needs and a change may leave out. It cannot be null,
    for then nothing would be left of it."""
    return Field(default_factory=lambda: None)


def _tidy(text: str) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise ValueError("is empty")
    if len(tidy) > 300:
        raise ValueError("is longer than 300 characters")
    if not tidy.isprintable():
        raise ValueError("holds characters that cannot be shown")
    return tidy


def _phone(text: str) -> str:
    if not re.fullmatch(r"\s*\+?[\d\s().\-/]{1,40}", text):
        raise ValueError(PHONES["not_a_phone"])
    read = read_phone(text)
    if read.value is None:
        raise ValueError(PHONES.get(read.reason or "", PHONES["not_a_phone"]))
    return read.value


def _day(given: object) -> object:
    if isinstance(given, date):
        return given
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given, re.ASCII):
        raise ValueError("must be a day as 2026-03-05")
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise ValueError(f"is no day of the calendar: {given}") from error
    if not 1900 <= day.year <= 2200:
        raise ValueError(f"is too far from today: {given}")
    return day


Name = Annotated[str, AfterValidator(_tidy)]
Phone = Annotated[str, AfterValidator(_phone)]
Day = Annotated[date, BeforeValidator(_day)]
Language = Literal["fr", "en"]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
PathId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
QueryId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
