"""Plays the dialogues of the .yml files beside this one on the running product.

A dialogue says who is there (`house`), who says what, what comes back in substance (`hears`:
words that must be in the answer, `not_hears`: words that must not), which options are offered,
whether a PDF comes, what somebody else receives (`then`: who `hears_too`, or who `hears_nothing`;
`morning` is a day on which the scheduler looks what is due to be said), and what is in the database
afterwards
(`payments`: sums that were recorded, oldest first; `counts`: those that count; `gone`: names of
what is there no more; `owes`; `claims`: what became of what a tenant said to have paid, oldest
first; `issues`: the state of each reported fault by its number; `doubts`: unclear texts and what
was chosen; `tenants`; `units`; `properties`).
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from lebailleur.conversation import doubts
from lebailleur.database import writing
from lebailleur.reminders import due
from lebailleur.rentals import portfolio, reports
from lebailleur.rentals.models import Claim, Issue, Landlord, Payment, Property
from lebailleur.rentals.rights import Asker
from tests.conversations import houses
from tests.conversations.houses import House
from tests.stack import Answer, Stack

HERE = Path(__file__).parent


def dialogues() -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yml")):
        for each in yaml.safe_load(path.read_text()):
            yield pytest.param(each, id=f"{path.stem}: {each['title']}")


@pytest.mark.parametrize("dialogue", list(dialogues()))
def test_dialogue(dialogue: dict[str, Any], stack: Stack) -> None:
    house = _enter(dialogue, stack)
    seen: dict[str, int] = {}
    for turn in dialogue["talk"]:
        if "wait_minutes" in turn:
            _wait(stack, turn["wait_minutes"])
            continue
        if "morning" in turn:
            _morning(stack, house, turn["morning"], seen)
            continue
        expected = {key: value for key, value in turn.items() if key in EXPECTATIONS}
        (who, said), *rest = ((k, v) for k, v in turn.items() if k not in EXPECTATIONS)
        assert not rest, f"one person speaks at a time: {turn}"
        if who == "then":
            _then(stack, house, said, seen)
            continue
        for name, number in house.phones.items():
            if name != who:
                seen[name] = len(stack.phone(number).chat())
        phone = stack.phone(house.phones[who])
        answer = phone.taps(said["tap"]) if isinstance(said, dict) else phone.says(str(said))
        _check(answer, expected, f"{who}: {said}")
    _check_after(stack, house, dialogue.get("after", {}))


def _enter(dialogue: dict[str, Any], stack: Stack) -> House:
    built = BUILT.get(dialogue.get("house"))
    if built is None:
        return houses.strangers()
    with houses.at(stack.now()), writing(stack.engine) as session:
        return built(session, dialogue.get("language", "en"))


def _wait(stack: Stack, minutes: int) -> None:
    stack.move_clock(stack.now() + timedelta(minutes=minutes))


def _morning(stack: Stack, house: House, day: date, seen: dict[str, int]) -> None:
    """The scheduler's look at this house as if it were half past eight on that day."""
    for name, number in house.phones.items():
        seen[name] = len(stack.phone(number).chat())
    with writing(stack.engine) as session:
        landlord = session.get_one(Landlord, house.landlord_id)
        due.keep_as_of(session, landlord, datetime.combine(day, time(8, 30)))
    stack.settle()


def _then(stack: Stack, house: House, said: dict[str, Any], seen: dict[str, int]) -> None:
    """What somebody received who had not written, or that it was nothing."""
    who = said.get("hears_too") or said["hears_nothing"]
    answer = stack.phone(house.phones[who]).received_after(seen.get(who, 0))
    if "hears_nothing" in said:
        assert not answer.messages, f"then {who} hears\n→ {answer.text}"
        return
    _check(answer, {k: v for k, v in said.items() if k in EXPECTATIONS}, f"then {who}")


BUILT = {"villa_rose": houses.villa_rose, "residence": houses.residence}
EXPECTATIONS = {"hears", "not_hears", "options", "pdf", "bubbles"}


def _check(answer: Answer, expected: dict[str, Any], what: str) -> None:
    shown = f"{what}\n→ {answer.text}\n  {[each['title'] for each in answer.options]}"
    assert answer.messages, f"no answer to {what}"
    for words in _list(expected.get("hears")):
        assert words.casefold() in answer.text.casefold(), f"{words!r} is missing in\n{shown}"
    for words in _list(expected.get("not_hears")):
        assert words.casefold() not in answer.text.casefold(), f"{words!r} stands in\n{shown}"
    titles = [each["title"] for each in answer.options]
    for title in _list(expected.get("options")):
        assert title in titles or f" · {title}" in answer.text, f"no option {title!r} in\n{shown}"
    if "pdf" in expected:
        assert bool(answer.documents) == expected["pdf"], shown
    if "bubbles" in expected:
        assert len(answer.messages) == expected["bubbles"], shown


def _check_after(stack: Stack, house: House, after: dict[str, Any]) -> None:
    with writing(stack.engine) as session, houses.at(stack.now()):
        if house.landlord_id is None:
            number = house.phones["stranger"]
            owner = session.scalar(select(Landlord).where(Landlord.phone == number))
        else:
            owner = session.get_one(Landlord, house.landlord_id)
        if "landlord" in after:
            assert (owner.name if owner else None) == after["landlord"]
        if owner is None:
            return
        asker = Asker(owner.person_id)
        if "payments" in after:
            sums = session.scalars(
                select(Payment.amount)
                .where(Payment.landlord_id == owner.id, Payment.key.not_like("before:%"))
                .order_by(Payment.id)
            ).all()
            assert list(sums) == after["payments"]
        if "counts" in after:
            counting = session.scalars(
                select(Payment.amount)
                .where(
                    Payment.landlord_id == owner.id,
                    Payment.key.not_like("before:%"),
                    Payment.voided_at.is_(None),
                )
                .order_by(Payment.id)
            ).all()
            assert list(counting) == after["counts"]
        if "doubts" in after:
            kept = {each.text: each.chosen for each in doubts.every(session)}
            assert kept.items() >= after["doubts"].items()
        if "gone" in after:
            there = {each.name for each in portfolio.properties(session, asker)}
            there |= {each.name for each in portfolio.units(session, asker)}
            there |= {each.name for each in portfolio.tenants(session, asker)}
            assert there.isdisjoint(after["gone"])
        for name, owed in after.get("owes", {}).items():
            assert reports.standing(session, asker, house.leases[name]).balance == owed, name
        for name, states in after.get("claims", {}).items():
            query = select(Claim.state).where(Claim.lease_id == house.leases[name])
            assert session.scalars(query.order_by(Claim.id)).all() == states, name
        if "tenants" in after:
            assert {
                each.tenant.name: each.unit.name for each in portfolio.leases(session, asker)
            }.items() >= after["tenants"].items()
        if "units" in after:
            rents = {each.name: each.rent for each in portfolio.units(session, asker)}
            assert rents.items() >= after["units"].items()
        if "issues" in after:
            states = session.execute(
                select(Issue.number, Issue.state).where(Issue.landlord_id == owner.id)
            )
            assert {each.number: each.state for each in states} == after["issues"]
        if "properties" in after:
            names = session.scalars(
                select(Property.name).where(Property.landlord_id == owner.id)
            ).all()
            assert sorted(names) == sorted(after["properties"])


def _list(value: Any) -> list[str]:
    return (
        []
        if value is None
        else [str(each) for each in (value if isinstance(value, list) else [value])]
    )
