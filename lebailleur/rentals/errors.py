"""What can be wrong with what somebody asks of the rental business.

Each error has a `code`, which the chat and REST turn into a sentence in the person's language,
and `details` for its blanks. Nothing has been written when one is raised.
"""


class RentalError(Exception):
    """Base of all; `code` is stable, `details` are plain values."""

    code = "rental_error"

    def __init__(self, code: str | None = None, **details: object) -> None:
        self.code = code or self.code
        self.details = details
        super().__init__(f"{self.code} {details}" if details else self.code)


class NotAllowed(RentalError):
    """The asker has no right to this."""

    code = "not_allowed"


class NotFound(RentalError):
    """There is no such thing among what the asker may see."""

    code = "not_found"


class Refused(RentalError):
    """What was asked cannot be right: a sum of zero, a day in the future, a unit that is taken."""

    code = "refused"


class Conflict(RentalError):
    """Something has changed, was decided before, or exists already."""

    code = "conflict"
