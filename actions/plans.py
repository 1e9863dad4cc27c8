"""Paying later: a tenant asks, the landlord answers; or the landlord notes what was promised."""

from datetime import date
from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.homes import EitherLeaseField
from actions.plan_form import days_of, share_of
from actions.turn import Turn
from actions.who import lease_candidates
from actions.wording import day_words, money, place, standing_words
from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import plans, reports, rights
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Lease, Plan, PlanPart
from lebailleur.rentals.plans import NewPart
from lebailleur.understanding.instalments import sums
from lebailleur.understanding.parts import Part


class KeepPlan(Matter):
    """A tenant's wish goes to the landlord; a landlord's note is kept as a promise."""

    called = "action_keep_plan"

    def answer(self, turn: Turn) -> list[EventType]:
        lease_id = turn.tracker.get_slot("plan_lease")
        kept = turn.tracker.get_slot("plan_parts")
        if lease_id is None or not kept:
            turn.say("utter_tenant_unknown" if lease_id is None else "utter_cancelled")
            return []
        answers = turn.tracker.get_slot("plan_answers")
        try:
            if turn.role == "landlord" and answers:
                _counter(turn, int(answers), kept)
            elif turn.role == "landlord":
                _note(turn, lease_id, kept)
            else:
                _ask(turn, lease_id, kept)
        except Refused as refused:
            _say_refused(turn, refused)
        except Conflict as conflict:
            _say_decided(turn, conflict)
        return []


class AnswerPlan(Matter):
    """The landlord's answer to a wish (yes, no, or yes but by another day), or the tenant's to
    what the landlord has offered instead."""

    called = "action_answer_plan"

    def answer(self, turn: Turn) -> list[EventType]:
        waiting, agreed = self._meant(turn), turn.intent == "approve_extension"
        day = turn.entity("date") if turn.role == "landlord" and agreed else None
        kept = [[each.value.isoformat(), None] for each in days_of(turn, _today(turn))[0]]
        try:
            if not waiting and day and kept and (lease_id := self._named(turn)) is not None:
                _note(turn, lease_id, kept)  # "give Paul until Friday", which nobody had asked
            elif len(waiting) != 1:
                self._ask_which(turn, waiting)
            elif day and kept:
                _counter(turn, waiting[0].id, kept)
            else:
                plan = plans.answer(turn.session, turn.asker, waiting[0].id, agreed=agreed)
                tell(turn, plan)
                outcome = "agreed" if agreed else "declined"
                by = "" if turn.role == "landlord" else "own_"
                turn.say(f"utter_{by}plan_{outcome}", **_blanks(turn, plan))
        except Refused as refused:
            _say_refused(turn, refused)
        except Conflict as conflict:
            _say_decided(turn, conflict)
        return []

    def _named(self, turn: Turn) -> int | None:
        value = EitherLeaseField("plan_lease").named(turn, {}).value
        return value if isinstance(value, int) else None

    def _meant(self, turn: Turn) -> list[Plan]:
        chosen = turn.entity("choice")
        if chosen is not None and chosen.isdigit():
            return [plans.plan_for(turn.session, turn.asker, int(chosen))]
        if turn.role != "landlord":
            return plans.offered(turn.session, turn.asker)
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
        _show_asked(turn, plan)
        return []


class TellPlanAnswered(Matter):
    """To the one who did not decide: what the other has answered or offered."""

    called = "action_tell_plan_answered"

    def answer(self, turn: Turn) -> list[EventType]:
        plan = plans.plan_for(turn.session, turn.asker, int(turn.entity("choice") or 0))
        wish = turn.entity("wish") or plan.state
        to = "landlord_" if _is_landlord(turn, plan) else ""
        turn.say(f"utter_tell_{to}plan_{wish}", plan=plan.id, **_blanks(turn, plan))
        return []


def show_waiting(turn: Turn) -> bool:
    """A yes or a no in words alone decides no plan, for it may be meant of something else: the
    one that waits for the speaker's answer is shown again, with its options. Whether there is
    just one."""
    landlord = turn.role == "landlord"
    waiting = (plans.asked if landlord else plans.offered)(turn.session, turn.asker)
    if len(waiting) != 1:
        return False
    if landlord:
        _show_asked(turn, waiting[0])
    else:
        plan = waiting[0]
        turn.say("utter_tell_plan_offered", plan=plan.id, **_blanks(turn, plan))
    return True


def tell(turn: Turn, plan: Plan) -> None:
    """Let the other side hear of what has become of a plan, once."""
    tenant = plan.lease.tenant
    to = tenant.person_id if _is_landlord(turn, plan) else tenant.landlord.person_id
    content = {
        "trigger": "EXTERNAL_plan_asked" if plan.state == "asked" else "EXTERNAL_plan_answered",
        "entities": {"choice": str(plan.id), "wish": plan.state},
    }
    inbox.keep(turn.session, f"plan:{plan.id}:{plan.state}", to, "event", content)


def plan_lines(turn: Turn, lease: Lease) -> str:
    """The parts of the plan in force and how each stands; nothing for a single promise."""
    plan = plans.agreed(turn.session, lease.landlord_id).get(lease.id)
    found = plans.standings(turn.session, plan) if plan is not None else []
    if len(found) < 2 or all(each.state == "kept" for each in found):
        return ""
    lines = [
        _line(turn, each.part, lease)
        + (turn.words(f"words_part_{each.state}") if each.state != "open" else "")
        for each in found
    ]
    return "\n".join(["", turn.words("line_plan_heading"), *lines])


def _show_asked(turn: Turn, plan: Plan) -> None:
    standing = reports.standing(turn.session, turn.asker, plan.lease_id)
    turn.say(
        "utter_tell_plan_asked",
        standing=standing_words(turn, standing),
        words=f"\n_{plan.words}_" if plan.words else "",
        plan=plan.id,
        lease=plan.lease_id,
        **_blanks(turn, plan),
    )


def _ask(turn: Turn, lease_id: int, kept: list[list[Any]]) -> None:
    parts, remark = _parts(turn, lease_id, kept)
    words = turn.text or None
    plan = plans.ask(turn.session, turn.asker, lease_id, parts, key=turn.key, words=words)
    tell(turn, plan)
    turn.say("utter_plan_asked", remark=remark, **_blanks(turn, plan))


def _note(turn: Turn, lease_id: int, kept: list[list[Any]]) -> None:
    """A promise; if it answers a wish of the tenant's, they hear of it."""
    asked = [each for each in plans.asked(turn.session, turn.asker) if each.lease_id == lease_id]
    parts, remark = _parts(turn, lease_id, kept)
    words = turn.text or None
    plan = plans.note(turn.session, turn.asker, lease_id, parts, key=turn.key, words=words)
    if asked:
        tell(turn, plan)
    turn.say("utter_plan_noted", remark=remark, **_blanks(turn, plan))


def _counter(turn: Turn, plan_id: int, kept: list[list[Any]]) -> None:
    asked = plans.plan_for(turn.session, turn.asker, plan_id)
    parts, remark = _parts(turn, asked.lease_id, kept)
    if len(parts) == len(asked.parts) == 1 and parts[0].amount is None:
        parts = [NewPart(parts[0].due_on, asked.parts[0].amount)]
    plan = plans.counter(turn.session, turn.asker, plan_id, parts, key=turn.key)
    tell(turn, plan)
    turn.say(f"utter_plan_{plan.state}", remark=remark, **_blanks(turn, plan))


def _parts(turn: Turn, lease_id: int, kept: list[list[Any]]) -> tuple[list[NewPart], str]:
    """The parts in francs, and a remark where they are not what is owed. One day without a sum
    stays "all that is owed on that day"."""
    days = [date.fromisoformat(day) for day, _ in kept]
    shares = [share_of(text) for _, text in kept]
    if len(shares) == 1 and shares[0] in (None, Part.ALL, Part.REST):
        return [NewPart(days[0])], ""
    standing = reports.standing(turn.session, turn.asker, lease_id)
    owed = standing.balance
    if owed <= 0:
        owed = standing.next_due[1] if standing.next_due else 0
    francs, left = sums(shares, owed)
    parts = [NewPart(day, each) for day, each in zip(days, francs, strict=True) if each]
    currency = standing.lease.tenant.landlord.currency
    if not left:
        return parts, ""
    response = "words_plan_short" if left > 0 else "words_plan_over"
    return parts, "\n" + turn.words(response, amount=money(turn, abs(left), currency))


def _today(turn: Turn) -> date:
    return clock.today(turn.timezone())


def _is_landlord(turn: Turn, plan: Plan) -> bool:
    return plan.lease.tenant.landlord.person_id == turn.person_id


def _line(turn: Turn, part: PlanPart, lease: Lease) -> str:
    day = day_words(turn, part.due_on)
    if part.amount is None:
        return turn.words("line_plan_all", day=day)
    amount = money(turn, part.amount, lease.tenant.landlord.currency)
    return turn.words("line_plan", amount=amount, day=day)


def _say_decided(turn: Turn, conflict: Conflict) -> None:
    """An old button, or the same one twice: what it is that has been decided."""
    decision = conflict.details.get("decision")
    response = f"utter_plan_already_{decision}"
    turn.say(response if response in turn.responses else "utter_plan_already_replaced")


def _blanks(turn: Turn, plan: Plan) -> dict[str, Any]:
    lease = rights.lease_for(turn.session, turn.asker, plan.lease_id, or_self=True)
    return {
        "name": lease.tenant.name,
        "landlord": lease.tenant.landlord.name,
        "place": place(lease),
        "lines": "\n".join(_line(turn, each, lease) for each in plan.parts),
    }


def _say_refused(turn: Turn, refused: Refused) -> None:
    day = refused.details.get("day")
    shown = day_words(turn, day) if isinstance(day, date) else ""
    past = refused.code == "past_date"
    turn.say("utter_plan_refused_past" if past else "utter_plan_refused", day=shown)
