"""Made-up answers, to measure without a model; for both environments."""

from typing import Sequence  # noqa: UP035 (also Python 3.10)

from nlu.measure import Answer, Case, unmarked
from nlu.rules import Span

PAUL, SUM = Span(0, 4, "tenant"), Span(10, 13, "amount")
MARKED = "[Paul](tenant) paid [30k](amount)"


def answer(
    intent: str,
    spans: Sequence[Span] = (PAUL, SUM),
    sure: float = 0.9,
    language: str = "en",
    marked: str = MARKED,
) -> Answer:
    """What was understood of a message that means record_payment; next likeliest is "other"."""
    text, meant = unmarked(marked)
    case = Case(text, "record_payment", language, tuple(meant))
    return Answer(case, ((intent, sure), ("other", 1 - sure)), tuple(spans), seconds=0.01)
