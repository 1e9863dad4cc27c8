"""What was said of a payment, before anything is made of it."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from lebailleur.rentals.periods import Month

DEPOSIT = "deposit"
BILLS = ("rent", "electricity", "water", "wifi", DEPOSIT, "other")
# The last is no way of paying that anybody says: a deposit that is used for what is owed.
METHODS = ("cash", "mtn_momo", "orange_money", "bank", "cheque", "other", DEPOSIT)


@dataclass(frozen=True)
class Ask:
    """What was said of a payment: one of a sum, a part, or a number of months, and of what.

    `part` is "1/2" and the like, or "rest", or "all". `months_named` are (year or None, month).
    With none of the three, what is open of the named months or bill is meant. `withheld` is
    what the tenant kept back as tax (précompte), on top of the sum. `remaining` is what is
    said to stay open afterwards: it is checked, not believed. `reference` is the operator's id
    of the transaction.
    """

    lease_id: int
    amount: int | None = None
    part: str | None = None
    months: int | None = None
    months_named: tuple[Month, ...] = ()
    bill: str | None = None
    method: str | None = None
    paid_on: date | None = None
    withheld: int = 0
    remaining: int | None = None
    reference: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As a proposal or a payment keeps it."""
        kept = asdict(self)
        kept["paid_on"] = self.paid_on.isoformat() if self.paid_on else None
        kept["months_named"] = [list(each) for each in self.months_named]
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Ask":
        """What `to_json` kept."""
        values = dict(kept)
        paid_on, named = values.pop("paid_on"), values.pop("months_named")
        return replace(
            cls(**values),
            paid_on=date.fromisoformat(paid_on) if paid_on else None,
            months_named=tuple((year, month) for year, month in named),
        )
