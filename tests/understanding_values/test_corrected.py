"""Which sum of a correction is right."""

import pytest

from lebailleur.understanding.corrected import read_corrected


@pytest.mark.parametrize(
    ("said", "was", "right"),
    [
        (["40k"], 20_000, 40_000),
        (["25", "20"], 20_000, 25_000),
        (["20", "25"], 20_000, 25_000),
        (["25000", "20000"], 20_000, 25_000),
        (["25 mille", "20 mille"], 20_000, 25_000),
        (["30"], 20_000, 30_000),
        (["75 mille", "80"], 80_000, 75_000),
        (["75", "80 000"], 80_000, 75_000),
        (["500"], 400, 500),
        (["30 000 frs"], 20_000, 30_000),
    ],
)
def test_the_right_sum(said, was, right):
    assert read_corrected(said, was).value == right


@pytest.mark.parametrize(
    ("said", "reason"), [([], "no_sum"), (["much"], "no_sum"), (["30k", "35k"], "several_sums")]
)
def test_what_is_not_clear_is_not_guessed(said, reason):
    reading = read_corrected(said, 20_000)
    assert (reading.value, reading.reason) == (None, reason)
