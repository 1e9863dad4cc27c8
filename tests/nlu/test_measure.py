"""What is measured, and how."""

from pathlib import Path

import pytest
import yaml

from nlu import report
from nlu.measure import Answer, Case, both_right, cases, confusions, f1, share, unmarked
from nlu.rules import Span

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT / "tests" / "understanding"


def answer(intent: str, spans: list[Span], sure: float = 0.9) -> Answer:
    text, meant = unmarked("[Paul](tenant) paid [30k](amount)")
    case = Case(text, "record_payment", "en", tuple(meant))
    return Answer(case, ((intent, sure), ("greet", 1 - sure)), tuple(spans))


PAUL, SUM = Span(0, 4, "tenant"), Span(10, 13, "amount")


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


def test_confusions_are_counted_by_pair() -> None:
    answers = [answer("greet", [PAUL, SUM]), answer("record_payment", [PAUL, SUM])]
    assert [(pair, len(wrong)) for pair, wrong in confusions(answers).items()] == [
        (("record_payment", "greet"), 1)
    ]
    assert both_right(answers) == 0.5


def test_the_report_says_what_was_measured() -> None:
    parts = {"strangers": [answer("greet", [PAUL]), answer("record_payment", [PAUL, SUM])]}
    text = report.markdown(parts)
    assert "| all | 2 | 50.0 % | 0.857 | 50.0 % |" in text
    assert "Paul paid 30k · missed: 30k (amount)" in text
    assert len(report.gist(parts["strangers"]).splitlines()) == 5


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
