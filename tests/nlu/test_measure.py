"""What is measured, and how."""

from pathlib import Path

import pytest
import yaml

from actions import unclear
from nlu import measure
from nlu.measure import (
    both_right,
    calibration,
    calibration_error,
    cases,
    confusions,
    f1,
    options,
    scores,
    share,
    unmarked,
)
from nlu.rules import Span
from tests.nlu.answers import PAUL, SUM, answer

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT / "tests" / "understanding"


def test_marks_become_places() -> None:
    assert unmarked("[Paul](tenant) paid [30k](amount)") == ("Paul paid 30k", [PAUL, SUM])


def test_an_open_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="not closed"):
        unmarked("[Paul](tenant paid")


def test_a_span_that_is_too_long_counts_as_missed_and_as_too_much() -> None:
    answers = [answer("record_payment", [Span(0, 9, "tenant"), SUM])]
    assert f1(answers) == (0.5, 0.5, 0.5, 2)
    assert share(answers, "intent_right") == 1
    assert both_right(answers) == 0


def test_where_nothing_is_to_be_found_all_was_found() -> None:
    assert f1([answer("record_payment", [], marked="he paid")]) == (1.0, 1.0, 1.0, 0)


def test_confusions_are_counted_by_pair() -> None:
    answers = [answer("greet", [PAUL, SUM]), answer("record_payment", [PAUL, SUM])]
    assert [(pair, len(wrong)) for pair, wrong in confusions(answers).items()] == [
        (("record_payment", "greet"), 1)
    ]
    assert both_right(answers) == 0.5


def test_an_intent_has_precision_and_recall() -> None:
    answers = [answer("greet"), answer("record_payment"), answer("record_payment")]
    assert scores(answers, "record_payment") == (1.0, 2 / 3, 0.8, 3)
    assert scores(answers, "greet") == (0.0, 0.0, 0.0, 0)


def test_confidence_is_compared_with_what_is_right() -> None:
    answers = [answer("record_payment", sure=0.95), answer("greet", sure=0.95)]
    [(edge, group)] = calibration(answers)
    assert (edge, len(group)) == (0.9, 2)
    assert calibration_error(answers) == pytest.approx(0.45)
    assert calibration([answer("greet", sure=1.0)])[0][0] == 0.9


def test_unlikely_meanings_are_not_offered() -> None:
    assert options(answer("record_payment", sure=0.8)) == ["record_payment", "other"]
    assert options(answer("record_payment", sure=0.95)) == ["record_payment"]


def test_the_options_are_those_of_the_dialogue() -> None:
    assert (measure.MEANINGS, measure.LEAST) == (unclear.MEANINGS, unclear.LEAST)


def test_every_intent_is_measured_in_both_languages() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    strangers = cases(MESSAGES / "strangers.yml")
    heard = cases(MESSAGES / "heard.yml")
    assert len(strangers) >= 400
    assert {case.intent for case in strangers} <= set(domain["intents"])
    for intent in {case.intent for case in strangers}:
        mine = [case for case in strangers if case.intent == intent]
        assert len(mine) >= 6
        assert {"en", "fr"} <= {case.language for case in mine}
    kinds = {span.kind for case in strangers + heard for span in case.spans}
    assert kinds <= set(domain["entities"])
