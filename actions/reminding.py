"""Reminders: sent by a landlord's word, and switched off or on
by a tenant, or by the landlord for one tenant."""

from typing import Any

from rasa_sdk.events import EventType

from actions import reminder_settings
from actions.base import LandlordMatter, Matter
from actions.bill_fields import EVERYBODY
from actions.field import NOTHING, Read
from actions.fields import NONE, LeaseField
from actions.forms import Form
from actions.questions import AskLease
from actions.turn import Turn
from actions.who import lease_candidates, named_in, property_candidates
from actions.wording import money, place, standing_words
from lebailleur import clock
from lebailleur.conversation import inbox
from lebailleur.rentals import deeds, portfolio, proposals, reminding, reports
from lebailleur.rentals.proposals import Done
from lebailleur.rentals.reports import Standing
from lebailleur.settings import settings

ALL = "all"
MOST_OFFERED = 9


class RemindedField(LeaseField):
    """Who is to be reminded: the leases' ids, or all who owe. Of several who are named, those
    that are sure wait in `remind_named` while it is asked which one another name means."""

    def settled(self, turn: Turn, values: dict[str, Any]) -> None:
        return None

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        chosen = turn.chosen(self.slot)
        if chosen == ALL:
            return Read(ALL)
        before: list[int] = values.get("remind_named") or []
        if chosen is not None and chosen.isdigit():
            return Read([*before, int(chosen)])
        house, units = turn.entity("property"), turn.entities("unit")
        people = turn.entities("tenant") or ([] if units else named_in(turn))
        if not people and not units:
            return self._many(turn, house)
        if len(people) + len(units) == 1:
            return self._one(self.read(turn, people, next(iter(units), None)), before)
        sure, unsure = list(before), []
        for names, unit in [([each], None) for each in people] + [([], each) for each in units]:
            found, certain = lease_candidates(turn, names, unit, house)
            if len(found) == 1 and certain:
                sure.append(found[0].id)
            else:
                unsure.append(self.read(turn, names, unit))
        if not unsure:
            return Read(list(dict.fromkeys(sure)))
        turn.say(str(unsure[0].problem), **unsure[0].blanks)
        return Read(also={"remind_named": sure, "candidates": unsure[0].candidates})

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        if read not in (NOTHING, Read(ALL)) or not turn.text or EVERYBODY.search(turn.text):
            return read
        return self._one(self.read(turn, [turn.text], None), values.get("remind_named") or [])

    def _one(self, read: Read, before: list[int]) -> Read:
        return Read([*before, read.value]) if read.value is not None else read

    def _many(self, turn: Turn, house: str | None) -> Read:
        if not turn.text:
            return NOTHING
        if house is None:
            return Read(ALL)
        wanted = {each.id for each in property_candidates(turn, house)}
        every = portfolio.leases(turn.session, turn.asker)
        return Read([each.id for each in every if each.unit.property_id in wanted])


class ReminderForm(Form):
    form = "reminder_form"
    intents = frozenset({"send_reminder"})
    fields = (RemindedField("remind_leases"),)
    extras = ("remind_named",)


class AskRemindLeases(AskLease):
    """Of those who may be meant, or of those who owe."""

    slot = "remind_leases"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.tracker.get_slot("candidates"):
            return super().answer(turn)
        owing = reports.arrears(turn.session, turn.asker)[:MOST_OFFERED]
        choices: list[tuple[str, object]] = [(turn.words("option_all_who_owe"), ALL)]
        choices += [
            (f"{each.lease.tenant.name}, {place(each.lease)}", each.lease.id) for each in owing
        ]
        turn.say("utter_remind_whom", options=self.options(choices))
        return []


class SendReminder(LandlordMatter):
    """Show who would be reminded of how much, and ask. Who has promised a day that is still to
    come, says to have paid or wants no reminders is left out, and named."""

    called = "action_send_reminder"

    def answer(self, turn: Turn) -> list[EventType]:
        meant = turn.tracker.get_slot("remind_leases")
        if meant is None:
            return []
        if meant == ALL:
            found = reports.arrears(turn.session, turn.asker)
        else:
            leases = portfolio.leases_by_id(turn.session, turn.asker, meant)
            found = reports.standings_of(turn.session, turn.asker, leases)
        asked: list[Standing] = []
        spared: dict[str, list[str]] = {}
        for each in found:
            reason = reminding.reason_against_word(turn.session, each)
            if reason is None:
                asked.append(each)
            elif reason != "settled":
                spared.setdefault(reason, []).append(each.lease.tenant.name)
        left_out = "".join(
            turn.words(f"words_left_out_{reason}", names=", ".join(names))
            for reason, names in spared.items()
        )
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
        turn.say_list(
            "utter_remind_summary",
            [("", _line(turn, each)) for each in asked],
            proposal=proposal.id,
            count=len(asked),
            left_out=left_out,
        )
        return []


class SwitchReminders(Matter):
    """A tenant no longer, or again, hears of what falls due: by their own wish, or by the
    landlord's for one of them. A landlord who names nobody sets how all are reminded."""

    called = "action_switch_reminders"

    def answer(self, turn: Turn) -> list[EventType]:
        on = turn.intent == "start_reminders"
        if turn.role == "landlord" and turn.chosen(reminder_settings.FIELD):
            reminder_settings.answer(turn)
        elif turn.role == "landlord":
            self._for_one(turn, on)
        elif turn.role == "tenant":
            portfolio.set_reminders(turn.session, turn.asker, on=on)
            turn.say("utter_reminders_on" if on else "utter_reminders_off")
        else:
            turn.say("utter_tenant_unknown")
        return []

    def _for_one(self, turn: Turn, on: bool) -> None:
        read = LeaseField("reminders_lease").named(turn, {})
        if read is NOTHING:
            reminder_settings.answer(turn)
            return
        if read.value is None:
            ids = [each for each in read.candidates if each != NONE]
            options = [
                (
                    f"{each.tenant.name}, {each.unit.name}",
                    f'/{turn.intent}{{"choice_field": "reminders_lease", "choice": "{each.id}"}}',
                )
                for each in portfolio.leases_by_id(turn.session, turn.asker, ids)
            ]
            turn.say(str(read.problem), options=options, **read.blanks)
            return
        tenant = portfolio.pause_reminders(turn.session, turn.asker, read.value, on=on)
        turn.say("utter_reminders_resumed" if on else "utter_reminders_paused", name=tenant.name)


class TellReminder(Matter):
    """To a tenant whom the landlord has reminded."""

    called = "action_tell_reminder"

    def answer(self, turn: Turn) -> list[EventType]:
        standing = reports.standing(turn.session, turn.asker, int(turn.entity("choice") or 0))
        if reason := reminding.reason_against_word(turn.session, standing):
            turn.say_nothing(reason)
            return []
        lease = standing.lease
        turn.say(
            "utter_reminder",
            name=lease.tenant.name,
            landlord=lease.tenant.landlord.name,
            place=place(lease),
            standing=standing_words(turn, standing),
            lease=lease.id,
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
