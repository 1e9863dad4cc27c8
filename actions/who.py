"""Who and what is meant, among what the speaker has: never anybody else's."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.turn import Turn
from lebailleur.rentals import portfolio
from lebailleur.rentals.models import Lease, Property, Unit
from lebailleur.understanding import names, units
from lebailleur.understanding.references import also, gender_of, third_person

# A shorter word is too easily like another to be taken for a misspelt name.
SHORTEST_MISSPELT = 5


@dataclass(frozen=True)
class Rented:
    """A lease under the name of its tenant or of its unit."""

    name: str
    lease: Lease


def lease_candidates(
    turn: Turn, said: Sequence[str], unit: str | None, house: str | None
) -> tuple[list[Lease], bool]:
    """The leases that are meant by names, or by a unit, or by both; and whether one of these
    must be it (False when they are only similar).

    Where a name and a unit point to different people, both are returned, to be asked about.
    """
    every = portfolio.leases(turn.session, turn.asker)
    sure = True
    by_name: list[Lease] = []
    for name in said:
        match = names.match(name, [Rented(each.tenant.name, each) for each in every])
        sure = sure and (match.tier != "fuzzy" or len(match.found) == 1)
        by_name += [each.item.lease for each in match.found]
        if not match.found:
            by_name += _in_unit(turn, every, name, house)
    in_unit = _in_unit(turn, every, unit, house) if unit else []
    both = [each for each in by_name if each in in_unit]
    meant = {each.id for each in both or [*by_name, *in_unit]}
    return [each for each in every if each.id in meant], sure


def named_in(turn: Turn) -> list[str]:
    """Words of the message that name a tenant of the speaker's, where the model marked nobody.

    The tenants are few and known, so a name among them is a name, also when it is misspelt or
    written small; words that belong to something else that was marked are left out.
    """
    every = [Rented(each.tenant.name, each) for each in portfolio.leases(turn.session, turn.asker)]
    taken = [
        (each.get("start", 0), each.get("end", 0)) for each in turn.message.get("entities") or []
    ]
    found: dict[str, list[str]] = {}
    for word in re.finditer(r"[^\W\d_]{3,}", turn.text):
        if any(start <= word.start() < end for start, end in taken):
            continue
        tier = names.match(word[0], every).tier
        if tier != "fuzzy" or len(word[0]) >= SHORTEST_MISSPELT:
            found.setdefault(tier, []).append(word[0])
    return found.get("exact") or found.get("part") or found.get("fuzzy") or []


def referred(turn: Turn) -> Lease | None:
    """Of whom "he", "her", "too" speaks: the one whom the session's last matter was of, unless
    the name says that it cannot be ("she", after M. Paul)."""
    gender = third_person(turn.text)
    lease_id = turn.about.get("lease")
    if lease_id is None or turn.role != "landlord" or (gender is None and not also(turn.text)):
        return None
    lease = next(
        (each for each in portfolio.leases(turn.session, turn.asker) if each.id == lease_id), None
    )
    if lease is not None and {gender, gender_of(lease.tenant.name)} == {"m", "f"}:
        return None
    return lease


def property_candidates(turn: Turn, said: str) -> list[Property]:
    """The properties that a name may mean."""
    every = portfolio.properties(turn.session, turn.asker)
    return [each.item for each in units.match_unit(said, every).found]


def unit_candidates(turn: Turn, said: str, house: str | None = None) -> list[Unit]:
    """The units that a name may mean, in the named property where one was named."""
    every = portfolio.units(turn.session, turn.asker)
    return _of_house(turn, [each.item for each in units.match_unit(said, every).found], house)


def _in_unit(turn: Turn, every: Iterable[Lease], said: str, house: str | None) -> list[Lease]:
    wanted = {each.id for each in unit_candidates(turn, said, house)}
    return [each for each in every if each.unit_id in wanted]


def _of_house(turn: Turn, found: list[Unit], house: str | None) -> list[Unit]:
    if not house:
        return found
    wanted = {each.id for each in property_candidates(turn, house)}
    return [each for each in found if each.property_id in wanted] or found
