"""What a form asks of who pays later: which home, which days, which sums."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from rasa_sdk.events import EventType

from actions.days import FRIDAY, day_choices, month_end
from actions.field import NOTHING, Field, Read
from actions.forms import Form
from actions.homes import EitherLeaseField
from actions.questions import AskLease, Question
from actions.turn import Turn
from actions.wording import day_words, money
from lebailleur import clock
from lebailleur.rentals import reports
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.days import read_day
from lebailleur.understanding.instalments import Share, Spoken, pair, read_delay
from lebailleur.understanding.parts import Part, read_part


class NextField(Field):
    """Of a tenant who owes nothing: whether they ask for more time for what falls due next."""

    slot = "plan_next"

    def settled(self, turn: Turn, values: dict[str, Any]) -> str | None:
        lease_id = values.get("plan_lease")
        if turn.role == "landlord" or lease_id is None:
            return "no"
        return "no" if reports.standing(turn.session, turn.asker, lease_id).balance > 0 else None

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        said = turn.chosen(self.slot) or turn.intent
        if said in ("no", "deny"):
            return Read("no", also={"plan_parts": []})
        return Read("yes") if said in ("yes", "affirm", "request_extension") else NOTHING


class PartsField(Field):
    """The days, and the sums where they are said: kept as [ISO day, sum or part as text]. Sums
    for which no day was said wait for the days in `plan_sums`."""

    slot = "plan_parts"
    entities = frozenset({"date", "amount", "fraction"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, values, asked=False)

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        if (chosen := turn.chosen(self.slot)) is not None:
            share = next(iter(values.get("plan_sums") or []), None)
            return Read([[date.fromisoformat(chosen).isoformat(), share]])
        return self._read(turn, values, asked=True)

    def _read(self, turn: Turn, values: dict[str, Any], *, asked: bool) -> Read:
        today = clock.today(turn.timezone())
        days, bad = days_of(turn, today)
        if bad or not turn.text:
            return Read(problem="utter_bad_plan_parts") if bad else NOTHING
        if not days and asked:
            day = read_day(turn.text, today, prefer="future").value
            days = [Spoken(0, len(turn.text), day)] if day else []
        shares = _shares(turn)
        parts, left = pair(turn.text, days, shares, today)
        before = values.get("plan_sums") or []
        if not parts:
            kept = [_text(each) for each in left] or before
            if not asked:
                return Read(also={"plan_sums": kept}) if kept else NOTHING
            return Read(problem="utter_bad_plan_parts")
        sums = [_text(share) for _, share in parts]
        if before and not any(sums):
            sums = [*before, *sums][: len(parts)]
        if left:
            # A sum without a day: all that was said so far is kept, and its day is asked.
            return Read(also={"plan_sums": [*sums, *(_text(each) for each in left)]})
        kept_parts = zip((day for day, _ in parts), sums, strict=True)
        return Read([[day.isoformat(), share] for day, share in kept_parts])


class ExtensionForm(Form):
    """`plan_answers` is the request that a landlord answers by another day."""

    form = "extension_form"
    intents = frozenset({"request_extension"})
    role = None
    fields = (EitherLeaseField("plan_lease"), NextField(), PartsField())
    extras = ("plan_sums", "plan_answers")

    def may(self, turn: Turn) -> bool:
        return turn.role != "stranger"

    def begin(self, turn: Turn) -> dict[str, Any]:
        return {"plan_answers": turn.entity("wish")}


class AskPlanLease(AskLease):
    slot = "plan_lease"


class AskPlanNext(Question):
    """Who owes nothing is told so, and may ask for the next rent."""

    slot = "plan_next"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("plan_lease")
        standing = reports.standing(turn.session, turn.asker, lease_id)
        if standing.next_due is None:
            turn.say("utter_plan_nothing_due", next="", options=[])
            return []
        day, amount = standing.next_due
        shown = money(turn, amount, standing.lease.tenant.landlord.currency)
        following = turn.words("line_next", amount=shown, day=day_words(turn, day))
        titles = [(turn.words("option_plan_next"), "yes"), (turn.words("option_plan_no"), "no")]
        turn.say("utter_plan_nothing_due", next=f"\n{following}", options=self.options(titles))
        return []


class AskPlanParts(Question):
    slot = "plan_parts"

    def answer(self, turn: Turn) -> list[EventType]:
        if len(turn.tracker.get_slot("plan_sums") or []) > 1:
            turn.say("utter_plan_which_days")
            return []
        today = clock.today(turn.timezone())
        friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
        days = sorted({today, today + timedelta(days=1), friday, month_end(today)})
        turn.say("utter_plan_which_day", options=self.options(day_choices(turn, days)))
        return []


def days_of(turn: Turn, today: date) -> tuple[list[Spoken[date]], bool]:
    """The days of a text at their places, and whether one could not be read."""
    found: list[Spoken[date]] = []
    marked = [each for each in turn.message.get("entities") or [] if each["entity"] == "date"]
    bad = False
    for each in marked:
        words = str(each["value"])
        day = read_day(words, today, prefer="future").value or read_delay(words, today)
        bad = bad or day is None
        if day is not None:
            found.append(Spoken(each.get("start", 0), each.get("end", 0), day))
    if not found and (day := read_delay(turn.text, today)) is not None:
        return [Spoken(0, 0, day)], False
    return found, bad


def _shares(turn: Turn) -> list[Spoken[Share]]:
    found: list[Spoken[Share]] = []
    for each in turn.message.get("entities") or []:
        words = str(each["value"])
        value: Share = None
        if each["entity"] == "amount":
            value = read_amount(words).value
        elif each["entity"] == "fraction":
            value = read_part(words).value
        if value is not None:
            found.append(Spoken(each.get("start", 0), each.get("end", 0), value))
    return found


def _text(share: Share) -> str | None:
    return None if share is None else str(share)


def share_of(text: str | None) -> Share:
    """A sum or a part as a slot keeps it."""
    if text is None:
        return None
    if text in (Part.ALL, Part.REST):
        return Part(text)
    return int(text) if text.isdigit() else Fraction(text)
