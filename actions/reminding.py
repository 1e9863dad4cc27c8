"""Reminders: sent by a landlord's word, and switched off or on by a tenant."""

from rasa_sdk.events import EventType

from actions.base import LandlordMatter, Matter
from actions.turn import Turn
from actions.who import lease_candidates, named_in
from actions.wording import money, place, standing_words
from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import deeds, portfolio, proposals, reports
from lebailleur.rentals.proposals import Done
from lebailleur.rentals.reports import Standing
from lebailleur.settings import settings

MOST_LINES = 15


class SendReminder(LandlordMatter):
    """Show who would be reminded of how much, and ask. Who has promised a day that is still to
    come is left out, and named."""

    called = "action_send_reminder"

    def answer(self, turn: Turn) -> list[EventType]:
        found = self._meant(turn)
        if found is None:
            return []
        waiting = [each for each in found if each.promised is not None]
        asked = [each for each in found if each.balance > 0 and each.promised is None]
        left_out = ""
        if waiting:
            names = ", ".join(each.lease.tenant.name for each in waiting)
            left_out = turn.words("words_promised_left_out", names=names)
        if not asked:
            turn.say("utter_remind_nobody", left_out=left_out)
            return []
        proposal = proposals.propose(
            turn.session,
            turn.asker,
            deeds.REMIND,
            {"leases": [each.lease.id for each in asked]},
            key=turn.key,
            open_minutes=settings().session_minutes,
        )
        turn.say(
            "utter_remind_summary",
            proposal=proposal.id,
            count=len(asked),
            list="\n".join(_line(turn, each) for each in asked[:MOST_LINES]),
            left_out=left_out,
        )
        return []

    def _meant(self, turn: Turn) -> list[Standing] | None:
        """Those who were named, or all who owe; None when the name is nobody's."""
        said, unit = turn.entities("tenant"), turn.entity("unit")
        names = said or ([] if unit else named_in(turn))
        if not names and not unit:
            return reports.arrears(turn.session, turn.asker)
        leases, sure = lease_candidates(turn, names, unit, turn.entity("property"))
        if not leases or not sure:
            turn.say("utter_nobody_named", name=", ".join(names) or unit)
            return None
        return reports.standings_of(turn.session, turn.asker, leases)


class SwitchReminders(Matter):
    """A tenant no longer, or again, hears of what falls due."""

    called = "action_switch_reminders"

    def answer(self, turn: Turn) -> list[EventType]:
        on = turn.intent == "start_reminders"
        if turn.role != "tenant":
            landlord = turn.role == "landlord"
            turn.say("utter_reminders_landlord" if landlord else "utter_tenant_unknown")
            return []
        portfolio.set_reminders(turn.session, turn.asker, on=on)
        turn.say("utter_reminders_on" if on else "utter_reminders_off")
        return []


class TellReminder(Matter):
    """To a tenant whom the landlord has reminded."""

    called = "action_tell_reminder"

    def answer(self, turn: Turn) -> list[EventType]:
        standing = reports.standing(turn.session, turn.asker, int(turn.entity("choice") or 0))
        lease = standing.lease
        turn.say(
            "utter_reminder",
            name=lease.tenant.name,
            landlord=lease.tenant.landlord.name,
            place=place(lease),
            standing=standing_words(turn, standing),
        )
        return []


def tell_reminded(turn: Turn, done: Done) -> None:
    """Each of them hears of it, at most once a day."""
    if not done.new:
        turn.say("utter_proposal_confirmed")
        return
    today, count = clock.today(turn.timezone()), 0
    for lease in portfolio.leases_by_id(turn.session, turn.asker, done.content["leases"]):
        content = {"trigger": "EXTERNAL_reminder", "entities": {"choice": str(lease.id)}}
        key = f"reminder:{lease.id}:{today}"
        count += bool(inbox.keep(turn.session, key, lease.tenant.person_id, "event", content))
    turn.say("utter_reminded" if count else "utter_reminded_before", count=count)


def _line(turn: Turn, standing: Standing) -> str:
    lease = standing.lease
    return turn.words(
        "line_status_owes",
        name=lease.tenant.name,
        unit=place(lease),
        amount=money(turn, standing.balance, lease.tenant.landlord.currency),
    )
