"""Variations of phrases keep their marks on the right words."""

import random

import pytest

from nlu import multiply
from nlu.measure import unmarked

PHRASE = "[Paul](tenant) a payé [30k](amount) à [la maison de Bastos](property), [chambre 4](unit)"


@pytest.mark.parametrize("seed", range(20))
def test_exchanged_words_are_marked_anew(seed: int) -> None:
    text, spans = multiply.exchanged(unmarked(PHRASE), random.Random(seed))
    assert [s.kind for s in spans] == ["tenant", "amount", "property", "unit"]
    assert text.startswith(text[: spans[0].end] + " a payé ")
    assert text[spans[2].start : spans[2].end].startswith("la maison de ")
    assert text[spans[3].start : spans[3].end].startswith("chambre ")
    assert text.endswith(text[spans[3].start : spans[3].end])


def test_small_letters_and_slips_move_nothing() -> None:
    text, spans = unmarked(PHRASE)
    chance = random.Random(1)
    small, small_spans = multiply.unaccented((text, spans), chance)
    slipped, slipped_spans = multiply.mistyped((text, spans), chance)
    assert small == "paul a paye 30k a la maison de bastos, chambre 4"
    assert small_spans == spans == slipped_spans
    assert slipped != text
    assert len(slipped) == len(text)
    assert all(slipped[s.start : s.end] == text[s.start : s.end] for s in spans)


def test_the_same_seed_gives_the_same_phrases() -> None:
    examples = [unmarked(PHRASE), unmarked("bonjour")]
    once = multiply.multiplied(examples, 5)
    assert once == multiply.multiplied(examples, 5)
    assert once[0] == examples[0]
    assert sum(bool(spans) for _, spans in once) == 3
    assert once[:3] == multiply.multiplied([examples[0], unmarked("[Ali](tenant)")], 5)[:3]


def test_what_has_no_entities_is_not_learned_three_times() -> None:
    seen = [multiply.multiplied([("bonjour", [])], seed) for seed in range(20)]
    assert all(len(each) == len({text for text, _ in each}) <= 2 for each in seen)
    assert {len(each) for each in seen} == {1, 2}
