"""What a payment would pay, by rules 4 to 6 of the rent accounting. Nothing is written here."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.rentals import charges, credits, leases, rights
from lebailleur.rentals.asks import DEPOSIT, Ask
from lebailleur.rentals.charges import RENT, OpenCharge
from lebailleur.rentals.cycles import rounded
from lebailleur.rentals.errors import Refused
from lebailleur.rentals.models import Lease
from lebailleur.rentals.periods import Month, charge_of_month, nearest
from lebailleur.rentals.rights import Asker

# A sum beyond two years' rent is more likely a slip of zeros than a payment.
SENSIBLE_MONTHS = 24
# Advances are paid some weeks before moving in, not seasons before.
ADVANCE_DAYS = 60


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
    """What a payment would do. `amount` is what it counts for (with what was withheld); `credit`
    is what pays no charge yet; `balance` is what is owed afterwards (credit negative)."""

    lease: Lease
    ask: Ask
    amount: int
    lines: tuple[Line, ...]
    credit: int
    balance: int
    paid_on: date

    @property
    def bill(self) -> str | None:
        """The kind of charge that was named."""
        return self.ask.bill

    @property
    def method(self) -> str | None:
        """How it was paid."""
        return self.ask.method

    def fingerprint(self) -> list[list[object]]:
        """What was shown, so that a confirmation later can tell whether it still holds."""
        return [
            [line.charge.kind, line.charge.period_start.isoformat(), line.amount]
            for line in self.lines
        ]


@dataclass(frozen=True)
class _State:
    """How the lease stands when a payment is considered."""

    lease: Lease
    today: date
    due: list[OpenCharge]
    open: list[OpenCharge]

    def of_kind(self, kind: str) -> list[OpenCharge]:
        return [each for each in self.due if each.kind == kind]

    @property
    def rent(self) -> int:
        """A month's rent, as it is now."""
        return self.lease.rent_on(max(self.today, self.lease.start_on))


def quote(session: Session, asker: Asker, ask: Ask, *, or_self: bool = False) -> Quote:
    """What the payment would pay; with `or_self` the tenant may ask too.

    Raises `Refused` (no_sum, not_positive, too_large, future_date, before_lease, lease_ended,
    already_paid, nothing_open, no_such_bill, remaining_differs) and `NotFound`.
    """
    lease = rights.lease_for(session, asker, ask.lease_id, or_self=or_self)
    landlord = lease.tenant.landlord
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    paid_on = _payment_day(lease, ask.paid_on or today, today)
    ids = leases.chain(session, lease)
    every = charges.open_charges(session, ids)
    state = _State(lease, today, [each for each in every if each.due_on <= today], every)
    credit = sum(credits.of_landlord(session, landlord.id).get(each, 0) for each in ids)
    owed = sum(each.open for each in state.due) - credit
    if ask.bill == DEPOSIT:
        return Quote(lease, ask, _checked(_deposit(ask, state), ask, state), (), 0, owed, paid_on)
    targets = _targets(session, ask, state)
    amount = _checked(_amount(ask, targets, state) + ask.withheld, ask, state)
    if lease.end_on is not None and paid_on > lease.end_on and amount > owed:
        raise Refused("lease_ended", day=lease.end_on, open=max(owed, 0))
    lines = _spread(amount, _order(ask, targets, state, amount))
    paid_due = sum(line.amount for line in lines if line.charge.due_on <= today)
    left_over = amount - sum(line.amount for line in lines)
    quoted = Quote(
        lease, ask, amount, tuple(lines), left_over, owed - paid_due - left_over, paid_on
    )
    _check_remaining(ask, quoted, targets)
    return quoted


def likelier(session: Session, asker: Asker, ask: Ask) -> Ask | None:
    """The same payment for a bill, when the sum is exactly what a bill asks and no rent is meant:
    "Paul 12500" with 12,500 of electricity open. None when the words are clear as they are."""
    if ask.bill or ask.months_named or ask.amount is None:
        return None
    lease = rights.lease_for(session, asker, ask.lease_id)
    landlord = lease.tenant.landlord
    today = clock.today(landlord.timezone)
    charges.bring_up_to_date(session, landlord, today)
    due = charges.open_charges(session, leases.chain(session, lease), due_by=today)
    rent = lease.rent_on(max(today, lease.start_on))
    as_rent = {rent, sum(each.open for each in due)}
    as_rent |= {each.open for each in due if each.kind == RENT}
    bills = {each.kind for each in due if each.kind != RENT and each.open == ask.amount}
    if ask.amount in as_rent or ask.amount % rent == 0 or len(bills) != 1:
        return None
    return replace(ask, bill=bills.pop())


def _payment_day(lease: Lease, day: date, today: date) -> date:
    if day > today:
        raise Refused("future_date", day=day)
    if day < lease.start_on - timedelta(days=ADVANCE_DAYS):
        raise Refused("before_lease", day=day, start=lease.start_on)
    return day


def _checked(amount: int, ask: Ask, state: _State) -> int:
    if amount <= 0 or ask.withheld < 0:
        raise Refused("not_positive", amount=amount)
    most = SENSIBLE_MONTHS * state.rent
    if amount > most and ask.part not in ("rest", "all"):
        raise Refused("too_large", amount=amount, most=most)
    return amount


def _deposit(ask: Ask, state: _State) -> int:
    if ask.amount is not None:
        return ask.amount
    if ask.months is not None:
        return ask.months * state.rent
    raise Refused("no_sum")


def _targets(session: Session, ask: Ask, state: _State) -> list[OpenCharge]:
    """The charges that were named, by month or by kind; none when nothing was named. A charge is
    there once for each of its months that was named."""
    kind = ask.bill or RENT
    if ask.months_named and kind == RENT:
        months = dict.fromkeys(ask.months_named)
        return [_month_target(month, state) for month in months]
    if ask.months_named:
        wanted = {month for _, month in ask.months_named}
        named = [each for each in state.of_kind(kind) if each.period_start.month in wanted]
        return named or state.of_kind(kind)
    if ask.bill is not None:
        return state.of_kind(kind)
    return []


def _month_target(month: Month, state: _State) -> OpenCharge:
    """Which March (rule 6): the open one, of several the oldest; else the nearest coming one.

    When the nearest March is paid, the sum cannot be meant for it: that is asked, not guessed.
    """
    open_rent = [each for each in state.open if each.kind == RENT]
    if (found := charge_of_month(open_rent, month)) is not None:
        return found
    year, number = nearest(month, state.today)
    ahead = charges.coming(state.lease, SENSIBLE_MONTHS)
    if (found := charge_of_month(ahead, (year, number))) is not None:
        return found
    raise Refused("already_paid", year=year, month=number)


def _amount(ask: Ask, targets: list[OpenCharge], state: _State) -> int:
    if ask.amount is not None:
        return ask.amount
    if ask.months is not None:
        return _sum_of_months(ask, targets, state)
    if ask.part is None and ask.remaining is not None:
        # "Only 10,000 is missing to finish May": the rest of it was paid.
        paid = _open_sum(ask, targets, state) - ask.remaining
        if paid <= 0:
            raise Refused("no_sum")
        return paid
    if ask.part is None or ask.part in ("rest", "all"):
        return _open_sum(ask, targets, state)
    of = targets or state.of_kind(RENT)[:1]
    # A month within a longer cycle is one month's rent (rule 5).
    months = [_month_of(each, state) if each.kind == RENT else each.amount for each in of]
    return sum(rounded(Fraction(ask.part) * each) for each in months or [state.rent])


def _month_of(charge: OpenCharge, state: _State) -> int:
    if state.lease.cycle_months == 1 or charge.lease_id != state.lease.id:
        return charge.amount
    return state.lease.rent_on(charge.period_start)


def _sum_of_months(ask: Ask, targets: list[OpenCharge], state: _State) -> int:
    """So many months' rent: what the next months ask, where none of them is part-paid."""
    count = ask.months or 0
    if not 0 < count <= SENSIBLE_MONTHS:
        return count * state.rent
    if not targets and state.lease.cycle_months == 1:
        open_rent = [each for each in state.open if each.kind == RENT][:count]
        following = open_rent + charges.coming(state.lease, count - len(open_rent))
        if len(following) == count and not any(each.part_paid for each in following):
            return sum(each.open for each in following)
    return count * state.rent


def _open_sum(ask: Ask, targets: list[OpenCharge], state: _State) -> int:
    """What is open of what was named; of everything due, when "the rest" or "all" was said."""
    if ask.bill is not None and ask.bill != RENT and not targets:
        raise Refused("no_such_bill", bill=ask.bill)
    if targets and ask.months_named and state.lease.cycle_months > 1:
        months = Counter(targets).items()
        return sum(min(each.open, count * _month_of(each, state)) for each, count in months)
    if targets:
        return sum(each.open for each in targets)
    if ask.part is None and ask.bill is None:
        raise Refused("no_sum")
    if not state.due:
        raise Refused("nothing_open")
    return sum(each.open for each in state.due)


def _order(ask: Ask, targets: list[OpenCharge], state: _State, amount: int) -> list[OpenCharge]:
    """In which order charges take the sum: the named ones, then rent, then bills (rule 4).

    A number of months pays rent only, and reaches into the months to come.
    """
    if ask.months is not None and not targets:
        rent = [each for each in state.open if each.kind == RENT]
        missing = amount - sum(each.open for each in rent)
        for each in charges.coming(state.lease, SENSIBLE_MONTHS + 1):
            if missing <= 0:
                break
            rent.append(each)
            missing -= each.open
        return rent
    if ask.bill is not None and ask.bill != RENT:
        # "A named bill gets the sum; what is left over is shown and becomes credit."
        return targets
    named = {(each.lease_id, each.kind, each.period_start): each for each in targets}
    others = [
        each for each in state.due if (each.lease_id, each.kind, each.period_start) not in named
    ]
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


def _check_remaining(ask: Ask, quoted: Quote, targets: list[OpenCharge]) -> None:
    """What was said to stay open, against what would: of what was named, or of all."""
    if ask.remaining is None:
        return
    paid = {line.charge: line.amount for line in quoted.lines}
    of = {*targets} or {line.charge for line in quoted.lines}
    would = {sum(each.open - paid.get(each, 0) for each in of), max(quoted.balance, 0)}
    if ask.remaining not in would:
        raise Refused("remaining_differs", said=ask.remaining, open=min(would, default=0))
