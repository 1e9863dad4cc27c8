"""What was said of a payment, before anything is made of it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from lebailleur.rentals.periods import Month

DEPOSIT = "deposit"
BILLS = ("rent", "electricity", "water", "wifi", DEPOSIT, "other")
# The last is no way of paying that anybody says: a deposit that is used for what is owed.
METHODS = ("cash", "mtn_momo", "orange_money", "bank", "cheque", "other", DEPOSIT)

_DAYS = ("paid_on", "rest_on")


@dataclass(frozen=True)
class Proof:
    """What an operator's message said besides sum, day and id: whoever wrote it could write that
    too. `payer` are the last nine figures of a number; `at` is when the operator says that it
    happened (naive, local), `odd` whether the message is unlike the operator's own; of a `deposit`
    the payer is an agent.
    """

    payer: str | None = None
    payer_name: str | None = None
    at: str | None = None
    odd: bool = False
    deposit: bool = False

    @property
    def moment(self) -> datetime | None:
        """`at` as a moment."""
        return datetime.fromisoformat(self.at) if self.at else None


@dataclass(frozen=True)
class Ask:
    """What was said of a payment: one of a sum, a part, or a number of months, and of what.

    `part` is "1/2" and the like, or "rest", or "all". `months_named` are (year or None, month).
    With none of the three, what is open of the named months or bill is meant. `withheld` is
    what the tenant kept back as tax (précompte), on top of the sum. `remaining` is what is
    said to stay open afterwards: it is checked, not believed; `rest_on` the day for which that
    is promised. `reference` is the operator's id of the transaction, `proof` what else stood in
    the message that says so.
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
    rest_on: date | None = None
    proof: Proof | None = None

    def to_json(self) -> dict[str, Any]:
        """As a proposal or a payment keeps it."""
        kept = asdict(self)
        for each in _DAYS:
            kept[each] = kept[each].isoformat() if kept[each] else None
        kept["months_named"] = [list(each) for each in self.months_named]
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Ask":
        """What `to_json` kept."""
        values = dict(kept)
        values["proof"] = Proof(**values["proof"]) if values.get("proof") else None
        for each in _DAYS:
            values[each] = date.fromisoformat(values[each]) if values.get(each) else None
        values["months_named"] = tuple((year, month) for year, month in values["months_named"])
        return cls(**values)
