"""What reading some words came to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading[T]:
    """Either a `value`, or the `reason` why there is none, with what could have been meant.

    `reason` is a short machine name such as ``not_a_sum`` or ``no_such_day``; `candidates` are
    best first, and may be one: then it is a proposal which needs a yes.
    """

    value: T | None = None
    candidates: tuple[T, ...] = ()
    reason: str | None = None


def sure[T](value: T) -> Reading[T]:
    """The words have this one meaning."""
    return Reading(value)


def unsure[T](reason: str, *candidates: T) -> Reading[T]:
    """The words have no meaning here, or none that can be taken without asking."""
    return Reading(None, tuple(dict.fromkeys(candidates)), reason)
