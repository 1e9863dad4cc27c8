"""Which of the sums in a correction is right: "it was 25 not 20", of a payment of 20,000."""

from collections.abc import Sequence

from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.reading import Reading, sure, unsure


def read_corrected(said: Sequence[str], was: int) -> Reading[int]:
    """The sum that a payment of `was` francs should have been.

    A bare number far too small for such a payment is meant in thousands. Of several sums the one
    that is the old one is the wrong one; with one sum only, that is the right one.
    Reasons: no_sum, several_sums.
    """
    sums = [found for each in said if (found := _value(each)) is not None]
    right = [_scaled(each, was) for each in sums]
    if len(sums) > 1:
        right = [each for each in right if each != was]
    return _only(right)


def _value(said: str) -> int | None:
    reading = read_amount(said)
    if reading.value is not None:
        return reading.value
    plain = said.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else None


def _scaled(value: int, was: int) -> int:
    return value * 1_000 if value < 1_000 <= was else value


def _only(values: list[int]) -> Reading[int]:
    different = list(dict.fromkeys(values))
    if len(different) == 1:
        return sure(different[0])
    return unsure("several_sums", *different) if different else unsure("no_sum")
