"""What bodies are made of. Types are strict: no text for a number, no 1.0 or true for 1.

What is checked here stands in the schema as well, as far as JSON Schema can say it.
"""

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le
from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from lebailleur.rentals.portfolio import LONGEST_NAME, MOST_RENT
from lebailleur.rentals.shown import SIGNS_PATTERN, WORDS_PATTERN
from lebailleur.understanding.phones import read_phone

LARGEST_ID = 2**31 - 1
# More than two years' rent of the dearest room; what a payment may be is less, and the books' say.
LARGEST_SUM = 24 * MOST_RENT
LONGEST_KEY = 150
PHONE_PATTERN = r"^[ \t\u00a0\u2009\u202f]*\+?[0-9 \t\u00a0\u2009\u202f().\-/]{1,40}$"
DAY_PATTERN = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
PHONES = {
    "not_a_phone": "is not a phone number",
    "invalid_phone": "is a number that does not exist",
    "too_short_phone": "is too short for a phone number",
    "too_long_phone": "is too long for a phone number",
    "old_phone": "is in the old style: the ninth digit is missing",
}


def _said_in_full(schema: dict[str, Any], body: "type[Body]") -> None:
    """Complete a body's schema: fields that are passed over, rules between fields, an example."""
    for each in sorted(body.only_read):
        schema["properties"].setdefault(
            each, {"readOnly": True, "description": "Shown in answers; passed over here."}
        )
    schema.update(body.rules)
    if body.example:
        schema["examples"] = [body.example]


class Body(BaseModel):
    """A body of a request. Fields that nobody knows are refused (a slip in a name must not change
    what is written), but those that answers show and nobody may set are passed over."""

    model_config = ConfigDict(strict=True, extra="forbid", json_schema_extra=_said_in_full)
    only_read: ClassVar[frozenset[str]] = frozenset()
    rules: ClassVar[dict[str, Any]] = {}
    """JSON Schema's words for what validators hold between fields."""
    example: ClassVar[dict[str, Any]] = {}

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


def whole(given: object) -> object:
    """A validator for numbers in addresses: digits only, no `1e3`, `1_000` or `1.0`."""
    if isinstance(given, str) and not re.fullmatch(r"-?[0-9]{1,18}", given):
        raise ValueError("must be a whole number")
    return given


def _tidy(text: str) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise ValueError("is empty")
    if not re.search(WORDS_PATTERN, text):
        raise ValueError("holds characters that cannot be shown")
    return tidy


def signs(text: str) -> str:
    """A validator for what is kept as it came."""
    if not re.search(SIGNS_PATTERN, text):
        raise ValueError("is empty or holds characters that cannot be shown")
    return text


def _phone(text: str) -> str:
    if not re.fullmatch(PHONE_PATTERN, text):
        raise ValueError(PHONES["not_a_phone"])
    read = read_phone(text)
    if read.value is None:
        raise ValueError(PHONES.get(read.reason or "", PHONES["not_a_phone"]))
    return read.value


def _day(given: object) -> object:
    if isinstance(given, date):
        return given
    if not isinstance(given, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise ValueError("must be a day as 2026-03-05")
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise ValueError(f"is no day of the calendar: {given}") from error
    if not 1900 <= day.year < 2200:
        raise ValueError(f"is too far from today: {given}")
    return day


Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        examples=["Villa Rose"],
        json_schema_extra={"pattern": WORDS_PATTERN},
    ),
    AfterValidator(_tidy),
]
Phone = Annotated[
    str,
    Field(
        examples=["+237677000001"],
        description="with its country, or one of Cameroon",
        json_schema_extra={"format": "phone", "pattern": PHONE_PATTERN},
    ),
    AfterValidator(_phone),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": DAY_PATTERN, "examples": ["2026-03-05"]}
    ),
]
Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_KEY,
        examples=["2026-03-paul-1"],
        json_schema_extra={"pattern": SIGNS_PATTERN},
    ),
    AfterValidator(signs),
]
Sum = Annotated[int, Field(ge=1, le=LARGEST_SUM, examples=[50_000])]
Language = Literal["fr", "en"]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID, examples=[1])]
PathId = Annotated[int, Path(ge=1, le=LARGEST_ID, examples=[1])]
WholeId = Annotated[int, Ge(1), Le(LARGEST_ID), BeforeValidator(whole)]
QueryId = Annotated[WholeId | None, Query(examples=[1])]
