"""What nobody means: each gets an answer that leaves a way on, and no payment comes of it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lebailleur.database import writing
from lebailleur.rentals.models import Payment
from tests.conversations import houses
from tests.stack import Stack

NAMES = ("Tabi", "Ngo", "Mbarga", "Fotso", "Eyong", "Kamga")
PHONE_BOOK = "\n".join(f"{name} {670_000_000 + 7919 * n}" for n, name in enumerate(NAMES * 14))
CODE = (
    "def pay(x):\n    return {'Paul': 50000}[x]\n\nfor i in range(10):\n    print(pay('Paul'))\n"
    * 20
)
SUMS = ", ".join(f"{n}000" for n in range(10, 40))
BAD = {
    "blanks": " \n \t ",
    "emoji": "😀🏠💸👍🏾",
    "marks": "?!…",
    "70,000 letters": "loyer " * 11_700,
    "70,000 figures": "9" * 70_000,
    "Arabic": "كم يجب أن أدفع للإيجار؟",
    "Chinese": "租金已付,谢谢",
    "Hindi": "किराया दे दिया",
    "code": CODE,
    "a query": "'; DROP TABLE payment; -- SELECT * FROM tenant",
    "a page's source": "<script>alert('Paul paid 50k')</script>" * 30,
    "a phone book": PHONE_BOOK,
    "thirty sums": SUMS,
    "control characters": "\x00\x07\u202e\u200bPaul\ufeff",
}


@pytest.mark.parametrize(("language", "who"), [("en", "landlord"), ("fr", "Paul")])
def test_nothing_is_noted_and_there_is_a_way_on(stack: Stack, language: str, who: str) -> None:
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.villa_rose(session, language)
    phone = stack.phone(house.phones[who])
    with writing(stack.engine) as session:
        before = _payments(session)
    logged = len(stack.lines())
    for name, text in BAD.items():
        answer = phone.says(text)
        assert answer.text.strip(), f"{who}, {name}: no answer"
        assert len(answer.messages) <= 2, f"{who}, {name}: {len(answer.messages)} bubbles"
        assert "went wrong" not in answer.text, f"{who}, {name}: {answer.text}"
        assert "pas marché" not in answer.text, f"{who}, {name}: {answer.text}"
        phone.says("0" if language == "en" else "annuler")
    with writing(stack.engine) as session:
        assert _payments(session) == before
    assert [each for each in stack.lines()[logged:] if each["level"] == "error"] == []
    # And what is meant is understood as before.
    asked = "how much does Paul owe" if who == "landlord" else "je dois combien"
    assert "150" in phone.says(asked).text


def _payments(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Payment)) or 0
