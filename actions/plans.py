"""Paying later: a tenant asks, the landlord answers; or the landlord notes what was promised."""

from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.fields import LeaseField
from actions.forms import NOTHING, Field, Form, Read
from actions.questions import AskLease
from actions.turn import Turn
from actions.who import lease_candidates
from actions.wording import day_words, money, place, standing_words
from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import plans, portfolio, reports, rights
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Plan
from lebailleur.rentals.plans import NewPart
from lebailleur.understanding.amounts import read_amount
from lebailleur.understanding.days import read_day


class PlanLeaseField(LeaseField):
    """Whose: a tenant speaks of themselves, of the lease on which they owe most."""

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        if turn.role == "landlord":
            return super().settled(turn, values)
        own = portfolio.own_leases(turn.session, turn.asker)
        standings = [reports.standing(turn.session, turn.asker, each.id) for each in own]
        return max(standings, key=lambda each: each.balance).lease.id if standings else None

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return super().named(turn, values) if turn.role == "landlord" else NOTHING


class PartsField(Field):
    """The days, and the sums where they are said: kept as [ISO day, francs or None]."""

    slot = "plan_parts"
    entities = frozenset({"date", "amount"})

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entities("date"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return self._read(turn, turn.entities("date") or ([turn.text] if turn.text else []))

    def _read(self, turn: Turn, said: list[str]) -> Read:
        if not said:
            return NOTHING
        today = clock.today(turn.timezone())
        days = [read_day(each, today, prefer="future").value for each in said]
        if None in days:
            return Read(problem="utter_bad_plan_parts")
        sums = [read_amount(each).value for each in turn.entities("amount")]
        sums += [None] * (len(days) - len(sums))
        pairs = zip(days, sums, strict=False)
        return Read([[day.isoformat(), amount] for day, amount in pairs if day is not None])


class ExtensionForm(Form):
    form = "extension_form"
    intents = frozenset({"request_extension"})
    role = None
    fields = (PlanLeaseField("plan_lease"), PartsField())

    def may(self, turn: Turn) -> bool:
        return turn.role != "stranger"


class AskPlanLease(AskLease):
    slot = "plan_lease"


class KeepPlan(Matter):
    """A tenant's wish goes to the landlord; a landlord's note is kept as a promise."""

    called = "action_keep_plan"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("plan_lease")
        parts = _parts(turn.tracker.get_slot("plan_parts") or [])
        if lease_id is None or not parts:
            turn.say("utter_tenant_unknown")
            return []
        keep = plans.note if turn.role == "landlord" else plans.ask
        try:
            plan = keep(turn.session, turn.asker, lease_id, parts, key=turn.key, words=turn.text)
        except Refused as refused:
            _say_refused(turn, refused)
            return []
        if turn.role == "landlord":
            turn.say("utter_plan_noted", **_blanks(turn, plan))
            return []
        tell(turn, plan, plan.lease.tenant.landlord.person_id, "asked")
        turn.say("utter_plan_asked", **_blanks(turn, plan))
        return []


class AnswerPlan(LandlordMatter):
    """The landlord's answer to a tenant's wish: yes, no, or yes but by another day."""

    called = "action_answer_plan"

    def answer(self, turn: Turn) -> list[EventType]:
        waiting = self._meant(turn)
        if len(waiting) != 1:
            self._ask_which(turn, waiting)
            return []
        plan, agreed = waiting[0], turn.intent == "approve_extension"
        day = turn.entity("date")
        other = read_day(day, clock.today(turn.timezone()), prefer="future").value if day else None
        try:
            if agreed and other is not None:
                amount = plan.parts[0].amount if len(plan.parts) == 1 else None
                part = NewPart(other, amount)
                plan = plans.note(turn.session, turn.asker, plan.lease_id, [part], key=turn.key)
            else:
                plan = plans.answer(turn.session, turn.asker, plan.id, agreed=agreed)
        except Refused as refused:
            _say_refused(turn, refused)
            return []
        except Conflict:
            turn.say("utter_proposal_decided")
            return []
        tell(turn, plan, plan.lease.tenant.person_id, "answered")
        turn.say("utter_plan_agreed" if agreed else "utter_plan_declined", **_blanks(turn, plan))
        return []

    def _meant(self, turn: Turn) -> list[Plan]:
        chosen = turn.entity("choice")
        if chosen is not None and chosen.isdigit():
            return [plans.plan_for(turn.session, turn.asker, int(chosen))]
        waiting = plans.asked(turn.session, turn.asker)
        said, unit = turn.entities("tenant"), turn.entity("unit")
        if said or unit:
            found, _ = lease_candidates(turn, said, unit, turn.entity("property"))
            named = {each.id for each in found}
            return [each for each in waiting if each.lease_id in named]
        return waiting

    def _ask_which(self, turn: Turn, waiting: list[Plan]) -> None:
        if not waiting:
            turn.say("utter_plan_none")
            return
        options = [
            (each.lease.tenant.name[:20], f'/{turn.intent}{{"choice": "{each.id}"}}')
            for each in waiting[:10]
        ]
        turn.say("utter_plan_which", options=options)


class TellPlanAsked(Matter):
    """To a landlord: a tenant wishes to pay later."""

    called = "action_tell_plan_asked"

    def answer(self, turn: Turn) -> list[EventType]:
        plan = plans.plan_for(turn.session, turn.asker, int(turn.entity("choice") or 0))
        standing = reports.standing(turn.session, turn.asker, plan.lease_id)
        blanks = _blanks(turn, plan)
        words = f"\n_{plan.words}_" if plan.words else ""
        turn.say(
            "utter_tell_plan_asked",
            standing=standing_words(turn, standing),
            words=words,
            plan=plan.id,
            lease=plan.lease_id,
            **blanks,
        )
        return []


class TellPlanAnswered(Matter):
    """To a tenant: what the landlord has answered."""

    called = "action_tell_plan_answered"

    def answer(self, turn: Turn) -> list[EventType]:
        plan = plans.plan_for(turn.session, turn.asker, int(turn.entity("choice") or 0))
        response = "agreed" if plan.state == "agreed" else "declined"
        turn.say(f"utter_tell_plan_{response}", **_blanks(turn, plan))
        return []


def tell(turn: Turn, plan: Plan, person_id: str, what: str) -> None:
    """Let the other side hear of it, once."""
    content = {"trigger": f"EXTERNAL_plan_{what}", "entities": {"choice": str(plan.id)}}
    inbox.keep(turn.session, f"plan:{plan.id}:{what}", person_id, "event", content)


def _parts(kept: list[list[Any]]) -> list[NewPart]:
    return [NewPart(date.fromisoformat(day), amount) for day, amount in kept]


def _blanks(turn: Turn, plan: Plan) -> dict[str, Any]:
    lease = rights.lease_for(turn.session, turn.asker, plan.lease_id, or_self=True)
    currency = lease.tenant.landlord.currency
    lines = []
    for part in plan.parts:
        day = day_words(turn, part.due_on)
        if part.amount is None:
            lines.append(turn.words("line_plan_all", day=day))
        else:
            amount = money(turn, part.amount, currency)
            lines.append(turn.words("line_plan", amount=amount, day=day))
    return {
        "name": lease.tenant.name,
        "landlord": lease.tenant.landlord.name,
        "place": place(lease),
        "lines": "\n".join(lines),
    }


def _say_refused(turn: Turn, refused: Refused) -> None:
    day = refused.details.get("day")
    shown = day_words(turn, day) if isinstance(day, date) else ""
    past = refused.code == "past_date"
    turn.say("utter_plan_refused_past" if past else "utter_plan_refused", day=shown)
