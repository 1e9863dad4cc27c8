"""Which of their own homes, or landlords, a tenant means: asked only where there are several."""

from typing import Any

from rasa_sdk.events import EventType

from actions.field import NOTHING, Field, Read
from actions.fields import LeaseField
from actions.questions import Question
from actions.turn import Turn
from actions.who import Rented
from actions.wording import place
from lebailleur.rentals import portfolio
from lebailleur.rentals.models import Lease
from lebailleur.understanding import units


class OwnLeaseField(Field):
    """A tenant's own home, by its name or its house's or landlord's. With `a_landlord`, any one
    lease of each landlord will do: it is asked whom, not which home."""

    entities = frozenset({"unit", "property"})
    is_lease = True

    def __init__(self, slot: str, *, a_landlord: bool = False) -> None:
        self.slot, self.a_landlord = slot, a_landlord

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        own = own_homes(turn, a_landlord=self.a_landlord)
        return own[0].id if len(own) == 1 else None

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if (chosen := turn.chosen(self.slot)) is not None and chosen.isdigit():
            return self._only({int(chosen)}, portfolio.own_leases(turn.session, turn.asker))
        return self._read(turn, turn.entities("unit") + turn.entities("property"))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        read = self.named(turn, values)
        return read if read is not NOTHING or not turn.text else self._read(turn, [turn.text])

    def _read(self, turn: Turn, said: list[str]) -> Read:
        own = own_homes(turn, a_landlord=self.a_landlord)
        every = [
            Rented(name, each)
            for each in own
            for name in (each.unit.name, each.unit.property.name, each.tenant.landlord.name)
        ]
        found = [{hit.item.lease.id for hit in units.match_unit(one, every).found} for one in said]
        return self._only(set.intersection(*found), own) if found else NOTHING

    def _only(self, ids: set[int], own: list[Lease]) -> Read:
        meant = [each.id for each in own if each.id in ids]
        return Read(meant[0]) if len(meant) == 1 else NOTHING


class EitherLeaseField(LeaseField):
    """A landlord means one of the tenants, a tenant one of the own homes."""

    def settled(self, turn: Turn, values: dict[str, Any]) -> int | None:
        if turn.role == "landlord":
            return super().settled(turn, values)
        return OwnLeaseField(self.slot).settled(turn, values)

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        if turn.role == "landlord":
            return super().named(turn, values)
        return Read(OwnLeaseField(self.slot).named(turn, values).value, also=self._also(turn))

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        if turn.role == "landlord":
            return super().answered(turn, values)
        return OwnLeaseField(self.slot).answered(turn, values)


class AskOwnLease(Question):
    """Offers a tenant their own homes."""

    a_landlord = False

    def answer(self, turn: Turn) -> list[EventType]:
        ask_home(self, turn, a_landlord=self.a_landlord)
        return []


def ask_home(question: Question, turn: Turn, *, a_landlord: bool = False) -> None:
    """The question itself, with an option for each."""
    own = own_homes(turn, a_landlord=a_landlord)
    titles = [each.tenant.landlord.name if a_landlord else place(each) for each in own]
    options = question.options(zip(titles, (each.id for each in own), strict=True))
    turn.say("utter_which_landlord" if a_landlord else "utter_which_home", options=options)


def own_homes(turn: Turn, *, a_landlord: bool = False) -> list[Lease]:
    """The leases of the tenant who speaks; with `a_landlord`, the first with each landlord."""
    own = portfolio.own_leases(turn.session, turn.asker)
    if not a_landlord:
        return own
    return list({each.landlord_id: each for each in reversed(own)}.values())[::-1]
