"""Payments: what a sum would pay (a quote), and the one place where one is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, receipts, rights
from lebailleur.rentals.charges import RENT, OpenCharge
from lebailleur.rentals.errors import Conflict, Refused
from lebailleur.rentals.models import Allocation, Charge, Landlord, Lease, Payment
from lebailleur.rentals.periods import Month, charge_of_month, nearest
from lebailleur.rentals.rights import Asker

BILLS = ("rent", "electricity", "water", "wifi", "deposit", "other")
METHODS = ("cash", "mtn_momo", "orange_money", "bank", "cheque", "other")
# A sum beyond two years' rent is more likely a slip of zeros than a payment.
SENSIBLE_MONTHS = 24
# Advances are paid some weeks before moving in, not seasons before.
ADVANCE_DAYS = 60


@dataclass(frozen=True)
class Ask:
    """What was said of a payment: one of a sum, a part, or a number of months, and of what.

    `part` is "1/2" and the like, or "rest", or "all". `months_named` are (year or None, month).
    With none of the three, what is open of the named months or bill is meant.
    """

    lease_id: int
    amount: int | None = None
    part: str | None = None
    months: int | None = None
    months_named: tuple[Month, ...] = ()
    bill: str | None = None
    method: str | None = None
    paid_on: date | None = None


@dataclass(frozen=True)
class Line:
    """A part of the sum and the charge it goes to."""

    charge: OpenCharge
    amount: int

    @property
    def remains(self) -> int:
        """What stays open of the charge."""
        return self.charge.open - self.amount


@dataclass(frozen=True)
class Quote:
    """What a payment would do. Nothing is written. `credit` is what pays no charge yet;
    `balance` is what is owed afterwards (credit negative)."""

    lease: Lease
    amount: int
    lines: tuple[Line, ...]
    credit: int
    balance: int
    paid_on: date
    method: str | None
    bill: str | None

    def fingerprint(self) -> list[list[object]]:
        """What was shown, so that a confirmation later can tell whether it still holds."""
        return [
            [line.charge.kind, line.charge.period_start.isoformat(), line.amount]
            for line in self.lines
        ]


def quote(session: Session, asker: Asker, ask: Ask) -> Quote:
    """What the payment would pay, by rules 4 to 6.

    Raises `Refused` (no_sum, not_positive, too_large, future_date, before_lease, already_paid,
    nothing_open, no_such_bill, deposit) and `NotFound`.
    """
    lease = rights.lease_for(session, asker, ask.lease_id)
    if ask.bill == "deposit":
        raise Refused("deposit")  # no charge, and no credit either: it is not kept here yet
    landlord = lease.tenant.landlord
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    paid_on = _payment_day(lease, ask.paid_on or today, today)
    due = charges.open_charges(session, [lease.id], due_by=today)
    targets = _targets(session, lease, ask, today, due)
    amount = _amount(lease, ask, targets, due)
    if amount <= 0:
        raise Refused("not_positive", amount=amount)
    if amount > SENSIBLE_MONTHS * lease.rent and ask.part not in ("rest", "all"):
        raise Refused("too_large", amount=amount, most=SENSIBLE_MONTHS * lease.rent)
    lines = _spread(amount, _order(session, lease, ask, targets, due, amount))
    owed = sum(each.open for each in due) - charges.credit(session, lease.id)
    paid_due = sum(line.amount for line in lines if line.charge.due_on <= today)
    left_over = amount - sum(line.amount for line in lines)
    return Quote(
        lease=lease,
        amount=amount,
        lines=tuple(lines),
        credit=left_over,
        balance=owed - paid_due - left_over,
        paid_on=paid_on,
        method=ask.method,
        bill=ask.bill,
    )


def record(
    session: Session,
    asker: Asker,
    ask: Ask,
    *,
    key: str,
    expected: Sequence[Sequence[object]] | None = None,
) -> Payment:
    """Write a payment, its allocations and its receipt, once for a `key`.

    `expected` is the fingerprint of the quote that was shown: when the same words would now pay
    something else, `Conflict("changed")` is raised and nothing written. The same key again
    returns the payment that it made. Otherwise raises as `quote` does.
    """
    lease = rights.lease_for(session, asker, ask.lease_id)
    landlord = lease.tenant.landlord
    # One writer a landlord at a time: receipts get numbers without gaps, charges no sum twice.
    session.execute(select(Landlord.id).where(Landlord.id == landlord.id).with_for_update())
    if (already := _by_key(session, landlord.id, key)) is not None:
        return already
    quoted = quote(session, asker, ask)
    if expected is not None and quoted.fingerprint() != [list(each) for each in expected]:
        raise Conflict("changed")
    payment = Payment(
        landlord_id=landlord.id,
        lease_id=lease.id,
        amount=quoted.amount,
        bill=quoted.bill,
        method=quoted.method,
        paid_on=quoted.paid_on,
        recorded_by=asker.label,
        recorded_at=clock.now(),
        key=key,
    )
    session.add(payment)
    today = clock.today(landlord.timezone)
    for line in quoted.lines:
        charge_id = line.charge.id or _make_early(session, lease, line.charge)
        payment.allocations.append(
            Allocation(charge_id=charge_id, amount=line.amount, on=min(today, quoted.paid_on))
        )
    pays_rent = quoted.bill in (None, RENT)
    if pays_rent and (lease.last_paid_on is None or lease.last_paid_on < quoted.paid_on):
        lease.last_paid_on = quoted.paid_on
    session.flush()
    receipts.issue(session, payment, balance=quoted.balance)
    return payment


def payments_of(
    session: Session,
    asker: Asker,
    *,
    landlord_id: int | None = None,
    tenant_id: int | None = None,
    since: date | None = None,
) -> list[Payment]:
    """Payments that the asker may see, the newest first."""
    query = select(Payment).order_by(Payment.paid_on.desc(), Payment.id.desc())
    if not asker.admin:
        query = query.where(Payment.landlord_id == rights.landlord(session, asker).id)
    elif landlord_id is not None:
        query = query.where(Payment.landlord_id == landlord_id)
    if tenant_id is not None:
        rights.tenant_for(session, asker, tenant_id)
        query = query.join(Lease).where(Lease.tenant_id == tenant_id)
    if since is not None:
        query = query.where(Payment.paid_on >= since)
    return list(session.scalars(query).unique())


def own_payments(session: Session, asker: Asker, lease_id: int) -> list[Payment]:
    """Payments on one lease, the newest first; for its landlord or its tenant."""
    rights.lease_for(session, asker, lease_id, or_self=True)
    query = (
        select(Payment)
        .where(Payment.lease_id == lease_id)
        .order_by(Payment.paid_on.desc(), Payment.id.desc())
    )
    return list(session.scalars(query).unique())


def ask_to_json(ask: Ask) -> dict[str, object]:
    """An `Ask` as a proposal keeps it."""
    kept = asdict(ask)
    kept["paid_on"] = ask.paid_on.isoformat() if ask.paid_on else None
    kept["months_named"] = [list(each) for each in ask.months_named]
    return kept


def ask_from_json(kept: dict[str, object]) -> Ask:
    """The `Ask` that a proposal keeps."""
    paid_on, named = kept.pop("paid_on"), kept.pop("months_named")
    ask = Ask(**kept)  # type: ignore[arg-type]
    return replace(
        ask,
        paid_on=date.fromisoformat(str(paid_on)) if paid_on else None,
        months_named=tuple((year, month) for year, month in named),  # type: ignore[attr-defined]
    )


def _by_key(session: Session, landlord_id: int, key: str) -> Payment | None:
    return session.scalar(
        select(Payment).where(Payment.landlord_id == landlord_id, Payment.key == key)
    )


def _payment_day(lease: Lease, day: date, today: date) -> date:
    if day > today:
        raise Refused("future_date", day=day)
    if day < lease.start_on - timedelta(days=ADVANCE_DAYS):
        raise Refused("before_lease", day=day, start=lease.start_on)
    return day


def _targets(
    session: Session, lease: Lease, ask: Ask, today: date, due: list[OpenCharge]
) -> list[OpenCharge]:
    """The charges that were named, by month or by kind; none when nothing was named. A charge is
    there once for each of its months that was named."""
    kind = ask.bill or RENT
    if ask.months_named and kind == RENT:
        months = dict.fromkeys(ask.months_named)
        return [_month_target(session, lease, month, today) for month in months]
    if ask.months_named:
        wanted = {month for _, month in ask.months_named}
        named = [each for each in due if each.kind == kind and each.period_start.month in wanted]
        return named or _of_kind(due, kind)
    if ask.bill is not None:
        return _of_kind(due, kind)
    return []


def _of_kind(due: list[OpenCharge], kind: str) -> list[OpenCharge]:
    return [each for each in due if each.kind == kind]


def _month_target(session: Session, lease: Lease, month: Month, today: date) -> OpenCharge:
    """Which March (rule 6): the open one, of several the oldest; else the nearest coming one.

    When the nearest March is paid, the sum cannot be meant for it: that is asked, not guessed.
    """
    open_rent = [each for each in charges.open_charges(session, [lease.id]) if each.kind == RENT]
    if (found := charge_of_month(open_rent, month)) is not None:
        return found
    year, number = nearest(month, today)
    ahead = charges.coming(session, lease, SENSIBLE_MONTHS)
    if (found := charge_of_month(ahead, (year, number))) is not None:
        return found
    raise Refused("already_paid", year=year, month=number)


def _amount(lease: Lease, ask: Ask, targets: list[OpenCharge], due: list[OpenCharge]) -> int:
    if ask.amount is not None:
        return ask.amount
    if ask.months is not None:
        return ask.months * lease.rent
    if ask.part is None or ask.part in ("rest", "all"):
        return _open_sum(lease, ask, targets, due)
    of = targets or [each for each in due if each.kind == RENT][:1]
    # A month within a longer cycle is one month's rent (rule 5).
    months = [lease.rent if each.kind == RENT else each.amount for each in of] or [lease.rent]
    return sum(_rounded(Fraction(ask.part) * each) for each in months)


def _open_sum(lease: Lease, ask: Ask, targets: list[OpenCharge], due: list[OpenCharge]) -> int:
    """What is open of what was named; of everything due, when "the rest" or "all" was said."""
    if ask.bill is not None and ask.bill != RENT and not targets:
        raise Refused("no_such_bill", bill=ask.bill)
    if targets and ask.months_named and lease.cycle_months > 1:
        months = Counter(targets).items()
        return sum(min(each.open, count * lease.rent) for each, count in months)
    if targets:
        return sum(each.open for each in targets)
    if ask.part is None and ask.bill is None:
        raise Refused("no_sum")
    if not due:
        raise Refused("nothing_open")
    return sum(each.open for each in due)


def _rounded(value: Fraction) -> int:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _order(
    session: Session,
    lease: Lease,
    ask: Ask,
    targets: list[OpenCharge],
    due: list[OpenCharge],
    amount: int,
) -> list[OpenCharge]:
    """In which order charges take the sum: the named ones, then rent, then bills (rule 4).

    A number of months pays rent only, and reaches into the months to come.
    """
    if ask.months is not None and not targets:
        rent = _of_kind(due, RENT)
        missing = amount - sum(each.open for each in rent)
        early = [
            each
            for each in charges.open_charges(session, [lease.id])
            if each.kind == RENT and each not in rent
        ]
        missing -= sum(each.open for each in early)
        count = max(0, -(-missing // (lease.rent * lease.cycle_months)))
        return rent + early + charges.coming(session, lease, count)
    if ask.bill is not None and ask.bill != RENT:
        # "A named bill gets the sum; what is left over is shown and becomes credit."
        return targets
    named = {(each.kind, each.period_start): each for each in targets}
    others = [each for each in due if (each.kind, each.period_start) not in named]
    return [*named.values(), *others]


def _spread(amount: int, waiting: list[OpenCharge]) -> list[Line]:
    lines = []
    for each in waiting:
        if amount == 0:
            break
        part = min(amount, each.open)
        lines.append(Line(each, part))
        amount -= part
    return lines


def _make_early(session: Session, lease: Lease, wanted: OpenCharge) -> int:
    """Make a charge that is not due yet, and those before it, so that no month is skipped."""
    made = {
        each.period_start: each
        for each in session.scalars(
            select(Charge).where(Charge.lease_id == lease.id, Charge.kind == RENT)
        ).unique()
    }
    for cycle in charges.rent_cycles(lease):
        if cycle.start not in made:
            made[cycle.start] = charges.make_rent(session, lease, cycle)
        if cycle.start == wanted.period_start:
            break
    return made[wanted.period_start].id
