"""Sums, days, months and charges as the person's language writes them."""

from datetime import date

from actions.turn import Turn
from lebailleur.rentals.charges import OpenCharge
from lebailleur.rentals.models import Lease
from lebailleur.rentals.money import figures
from lebailleur.rentals.papers.words import MONTHS, day_in_words
from lebailleur.rentals.reports import Standing


def money(turn: Turn, amount: int, currency: str = "XAF") -> str:
    """``50 000 FCFA``."""
    return figures(amount, turn.language, currency)


def day_words(turn: Turn, day: date) -> str:
    """``5 mars 2026`` · ``5 March 2026``."""
    return day_in_words(day, turn.language)


def month_words(turn: Turn, year: int, month: int) -> str:
    """``mars 2026`` · ``March 2026``."""
    return f"{MONTHS[turn.language].split()[month - 1]} {year}"


def cycle_words(turn: Turn, months: int) -> str:
    """``chaque mois`` · ``every 3 months``."""
    if months == 1:
        return turn.words("words_cycle_1")
    return turn.words("words_cycle_many", months=months)


def charge_words(turn: Turn, charge: OpenCharge) -> str:
    """``loyer mars 2026``; a cycle of several months by its first and last."""
    start, end = charge.period_start, charge.period_end
    when = month_words(turn, start.year, start.month)
    if (end - start).days > 31:
        when = f"{when} – {month_words(turn, end.year, end.month)}"
    return f"{turn.words(f'word_{charge.kind}')} {when}"


def place(lease: Lease) -> str:
    """``Room 4, Villa Rose``."""
    return f"{lease.unit.name}, {lease.unit.property.name}"


def standing_words(turn: Turn, standing: Standing) -> str:
    """One sentence on what is owed."""
    currency = standing.lease.tenant.landlord.currency
    if standing.balance > 0:
        amount = money(turn, standing.balance, currency)
        if standing.promised is not None:
            day = day_words(turn, standing.promised.due_on)
            return turn.words("words_owes_promised", amount=amount, day=day)
        response = "words_owes" if standing.days_late else "words_owes_today"
        return turn.words(response, amount=amount, days=standing.days_late)
    return clear_words(turn, standing.balance, currency)


def clear_words(turn: Turn, balance: int, currency: str) -> str:
    """What remains after a payment: a sum, nothing, or an advance."""
    if balance > 0:
        return turn.words("words_still_owes", amount=money(turn, balance, currency))
    if balance < 0:
        return turn.words("words_credit", amount=money(turn, -balance, currency))
    return turn.words("words_up_to_date")


def payer_words(turn: Turn, name: str | None, number: str | None) -> str:
    """``PAUL MBARGA (677123456)``, or what of it is known."""
    if name and number:
        return f"{name} ({number})"
    return name or number or turn.words("words_nobody_named")
