"""Late fees: an option of the landlord's, asked once of a rent that stays open too long."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lebailleur import clock
from lebailleur.rentals import reversals, rights
from lebailleur.rentals.cycles import rounded
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Charge, Landlord
from lebailleur.rentals.rights import Asker

LATE_FEE = "late_fee"
MOST_DAYS = 365
MOST_PERCENT = 100


def set_late_fee(
    session: Session,
    asker: Asker,
    *,
    kind: Literal["fixed", "percent"] | None,
    value: float = 0,
    after_days: int = 0,
    landlord_id: int | None = None,
) -> None:
    """From today on, ask a fee (francs, or percent of what is open) of each rent that is still
    open more than `after_days` after it fell due; `kind` None ends that. Raises `Refused`."""
    landlord = rights.landlord(session, asker, landlord_id)
    if kind is not None:
        most = MOST_PERCENT if kind == "percent" else 10_000_000
        whole = kind == "percent" or float(value).is_integer()
        if not (0 < value <= most and whole and 0 <= after_days <= MOST_DAYS):
            raise Refused("bad_late_fee", amount=value)
    landlord.late_fee_kind = kind
    landlord.late_fee = value if kind else None
    landlord.late_fee_after = after_days if kind else None
    landlord.late_fee_since = clock.today(landlord.timezone) if kind else None


def make(session: Session, landlord: Landlord, day: date) -> None:
    """Ask the fees that have come to be asked since the landlord's charges were last made."""
    if landlord.late_fee_kind is None or landlord.late_fee_since is None:
        return
    wait = timedelta(days=(landlord.late_fee_after or 0) + 1)
    since = landlord.late_fee_since
    if landlord.charged_until is not None:
        since = max(since, landlord.charged_until - wait + timedelta(days=1))
    fee = aliased(Charge)
    late = session.scalars(
        select(Charge)
        .outerjoin(fee, fee.of_charge_id == Charge.id)
        .where(
            Charge.landlord_id == landlord.id,
            Charge.kind == "rent",
            Charge.due_on >= since,
            Charge.due_on <= day - wait,
            Charge.voided_on.is_(None),
            fee.id.is_(None),
        )
        .order_by(Charge.id)
    ).all()
    for charge in late:
        asked_on = charge.due_on + wait
        open_then = charge.open + sum(
            each.amount
            for each in charge.allocations
            if each.on >= asked_on and each.released_on is None
        )
        amount = _fee(landlord, open_then)
        if amount > 0:
            session.add(_charge(charge, amount, asked_on))
    session.flush()


def take_back(session: Session, paid: list[Charge], on: date) -> None:
    """Take back the fees of rents that, as has become known, were paid in time, where nothing
    has been paid on the fee yet."""
    ids = [each.id for each in paid if each.kind == "rent"]
    fees = session.scalars(
        select(Charge).where(Charge.of_charge_id.in_(ids), Charge.voided_on.is_(None))
    ).all()
    for fee in fees:
        rent = session.get_one(Charge, fee.of_charge_id)
        in_time = sum(
            each.amount
            for each in rent.allocations
            if each.on < fee.due_on and each.released_on is None
        )
        if in_time >= rent.amount and fee.open == fee.amount:
            reversals.void_charge(session, fee, on=on, by="rule", reason="paid_in_time")


def _fee(landlord: Landlord, open_: int) -> int:
    value = Fraction(str(landlord.late_fee or 0))
    if open_ <= 0:
        return 0
    return rounded(value * open_ / 100) if landlord.late_fee_kind == "percent" else int(value)


def _charge(rent: Charge, amount: int, asked_on: date) -> Charge:
    return Charge(
        landlord_id=rent.landlord_id,
        lease_id=rent.lease_id,
        kind=LATE_FEE,
        period_start=rent.period_start,
        period_end=rent.period_end,
        due_on=asked_on,
        amount=amount,
        open=amount,
        of_charge_id=rent.id,
        recorded_by="rule",
        created_at=clock.now(),
    )
