"""Which sum is for which day, and how much a part is."""

from datetime import date
from fractions import Fraction

import pytest

from lebailleur.understanding.instalments import Spoken, pair, read_delay, sums
from lebailleur.understanding.parts import Part

TODAY = date(2026, 3, 10)
DAYS = {
    "Friday": date(2026, 3, 13),
    "vendredi": date(2026, 3, 13),
    "month end": date(2026, 3, 31),
    "the 15th": date(2026, 3, 15),
    "le 15": date(2026, 3, 15),
    "le 30": date(2026, 3, 30),
    "the 30th": date(2026, 3, 30),
}
SHARES = {
    "20k": 20_000,
    "20 000": 20_000,
    "the rest": Part.REST,
    "le reste": Part.REST,
    "half": Fraction(1, 2),
    "a third": Fraction(1, 3),
}


def paired(text):
    def spoken(known):
        found, at = [], 0
        for at in range(len(text)):
            for words, value in known.items():
                if text.startswith(words, at):
                    found.append(Spoken(at, at + len(words), value))
        return found

    parts, left = pair(text, spoken(DAYS), spoken(SHARES), TODAY)
    return [(day.day, share) for day, share in parts], left


@pytest.mark.parametrize(
    ("text", "parts", "left"),
    [
        ("20k Friday, the rest at month end", [(13, 20_000), (31, Part.REST)], []),
        ("vendredi 20 000 puis le reste le 30", [(13, 20_000), (30, Part.REST)], []),
        ("half now and half on the 30th", [(10, Fraction(1, 2)), (30, Fraction(1, 2))], []),
        ("le 15 et le 30", [(15, None), (30, None)], []),
        ("20k on Friday and something on the 30th", [(13, 20_000), (30, None)], []),
        ("on Friday something, and 20k on the 30th", [(13, None), (30, 20_000)], []),
        ("20k on Friday and the rest later", [(13, 20_000)], [Part.REST]),
        ("half and half", [], [Fraction(1, 2), Fraction(1, 2)]),
        ("on Friday", [(13, None)], []),
    ],
)
def test_pairs(text, parts, left):
    assert paired(text) == (parts, left)


@pytest.mark.parametrize(
    ("parts", "owed", "francs", "without_day"),
    [
        ([20_000, Part.REST], 150_000, [20_000, 130_000], 0),
        ([Fraction(1, 3)] * 3, 100_000, [33_333, 33_333, 33_334], 0),
        ([None, None], 75_001, [37_500, 37_501], 0),
        ([Fraction(1, 2)], 75_000, [37_500], 37_500),
        ([20_000, 30_000], 40_000, [20_000, 30_000], -10_000),
        ([Part.ALL], 40_000, [40_000], 0),
        ([50_000, Part.REST], 40_000, [50_000, 0], -10_000),
    ],
)
def test_sums(parts, owed, francs, without_day):
    assert sums(parts, owed) == (francs, without_day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("give me two more weeks", date(2026, 3, 24)),
        ("donnez-moi dix jours de plus", date(2026, 3, 20)),
        ("encore deux semaines svp", date(2026, 3, 24)),
        ("some days please", None),
        ("I pay the rent", None),
    ],
)
def test_a_delay(text, day):
    assert read_delay(text, TODAY) == day
