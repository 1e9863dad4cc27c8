"""What the scheduler has people told: what falls due, is late, was promised; a landlord's morning.

What has changed since it was decided counts: who has paid meanwhile hears nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.turn import Turn
from actions.wording import charge_words, day_words, money, month_words, place
from lebailleur import clock
from lebailleur.rentals import digests, months, reminding, reports
from lebailleur.rentals.digests import Line
from lebailleur.rentals.reminding import Matter as Due
from lebailleur.rentals.reports import Standing


class TellRentDue(Matter):
    """To a tenant: what falls due soon or today, or is late."""

    called = "action_tell_rent_due"

    def answer(self, turn: Turn) -> list[EventType]:
        with _its_moment(turn):
            standing = reports.standing(turn.session, turn.asker, int(turn.entity("choice") or 0))
            landlord = standing.lease.tenant.landlord
            matter = reminding.matter_of(standing, reminding.rules_of(landlord))
            if matter is None:
                turn.say_nothing("settled")
            elif turn.entity("step") not in (None, matter.name):
                turn.say_nothing("outdated")  # the next step says it
            elif reason := reminding.reason_against(turn.session, standing):
                turn.say_nothing(reason)
            else:
                _say_due(turn, standing, matter)
        return []


class TellPromiseDue(Matter):
    """To a tenant, on the day for which they promised."""

    called = "action_tell_promise_due"

    def answer(self, turn: Turn) -> list[EventType]:
        with _its_moment(turn):
            part_id = int(turn.entity("charges") or 0)
            found = reminding.promise_to_tell(turn.session, turn.asker, part_id)
            if found is None:
                turn.say_nothing("settled")
                return []
            standing, part = found
            lease = standing.lease
            turn.say(
                "utter_promise_due",
                name=lease.tenant.name,
                place=place(lease),
                amount=money(turn, part.amount or standing.balance, lease.tenant.landlord.currency),
                lease=lease.id,
            )
        return []


class TellDigest(LandlordMatter):
    """To a landlord, in the morning: what the day brings, in one message."""

    called = "action_tell_digest"

    def answer(self, turn: Turn) -> list[EventType]:
        with _its_moment(turn):
            since = date.fromisoformat(turn.entity("since") or "")
            today = clock.today(turn.timezone())
            if turn.entity("step") not in (None, today.isoformat()):
                turn.say_nothing("outdated")  # the next morning says it
                return []
            found = digests.digest(turn.session, turn.asker, since)
        parts = (
            ("words_digest_due", "line_digest", found.due),
            ("words_digest_promised", "line_digest", found.promised),
            ("words_digest_broken", "line_digest_broken", found.broken),
            ("words_digest_oldest", "line_digest_oldest", found.oldest),
        )
        lines = [
            (turn.words(heading, total=_sum(turn, each)), _line(turn, words, one))
            for heading, words, each in parts
            for one in each
        ]
        yesterday = (found.today - since).days == 1
        came_in = "words_digest_came_in" if yesterday else "words_digest_came_in_since"
        turn.say_list(
            "utter_digest",
            lines,
            received=turn.words(
                came_in,
                amount=_money(turn, found.received),
                count=found.payments,
                day=day_words(turn, since),
            )
            if found.payments
            else turn.words("words_digest_nothing_in"),
            owed=turn.words("words_digest_owed", count=found.owing, amount=_money(turn, found.owed))
            if found.owing
            else turn.words("words_digest_nobody_owes"),
            claims=turn.words("words_digest_claims", count=found.claims) if found.claims else "",
            options=[(turn.words("option_claims"), "/list_claims")] if found.claims else None,
        )
        return []


class TellMonth(LandlordMatter):
    """To a landlord, when a month has ended: its sums, and lease by lease as a PDF."""

    called = "action_tell_month"

    def answer(self, turn: Turn) -> list[EventType]:
        year, month = (int(each) for each in (turn.entity("period") or "").split("-"))
        with _its_moment(turn):
            total = months.of_landlord(turn.session, turn.asker, year, month).total
        turn.say(
            "utter_month",
            month=month_words(turn, year, month),
            collected=_money(turn, total.collected),
            expected=_money(turn, total.expected),
            outstanding=_money(turn, total.outstanding),
        )
        name = f"{turn.words('word_month_report')}-{year}-{month:02d}.pdf"
        turn.send_file(f"month:{year}-{month:02d}", name)
        return []


def _say_due(turn: Turn, standing: Standing, matter: Due) -> None:
    lease, today = standing.lease, standing.today
    currency = lease.tenant.landlord.currency
    late = matter.due_on < today
    told = [each for each in standing.open if late or each.due_on == matter.due_on]
    before = money(turn, matter.before, currency)
    blanks = {
        "name": lease.tenant.name,
        "unit": lease.unit.name,
        "property": lease.unit.property.name,
        "amount": money(turn, matter.total if late else matter.amount, currency),
        "what": ", ".join(charge_words(turn, each) for each in told),
        "before": turn.words("words_due_and_before", amount=before) if matter.before else "",
        "day": day_words(turn, matter.due_on),
        "lease": lease.id,
    }
    response = "utter_rent_late" if late else "utter_rent_due"
    turn.say("utter_rent_due_soon" if matter.due_on > today else response, **blanks)


def _line(turn: Turn, words: str, line: Line) -> str:
    return turn.words(
        words,
        name=line.lease.tenant.name,
        unit=place(line.lease),
        amount=_money(turn, line.amount),
        day=day_words(turn, line.day) if line.day else "",
    )


def _sum(turn: Turn, lines: Sequence[Line]) -> str:
    return _money(turn, sum(each.amount for each in lines))


def _money(turn: Turn, amount: int) -> str:
    return money(turn, amount, turn.landlord.currency if turn.landlord else "XAF")


@contextmanager
def _its_moment(turn: Turn) -> Iterator[None]:
    """Speak as of the moment that the operator has named (`lebailleur remind --as-of`), else as of
    now."""
    as_of = turn.entity("as_of")
    if not as_of:
        yield
        return
    with clock.moved_to(datetime.fromisoformat(as_of)):
        yield
