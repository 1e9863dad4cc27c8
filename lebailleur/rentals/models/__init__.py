"""The tables of the rental business."""

from lebailleur.rentals.models.agreements import (
    Plan,
    PlanPart,
    Proposal,
)
from lebailleur.rentals.models.ledger import (
    Allocation,
    Charge,
    Payment,
    Payout,
    Receipt,
    Reversal,
    Transfer,
)
from lebailleur.rentals.models.portfolio import (
    Landlord,
    Lease,
    Property,
    RentTerm,
    Tenant,
    Unit,
)

__all__ = [
    "Allocation",
    "Charge",
    "Landlord",
    "Lease",
    "Payment",
    "Payout",
    "Plan",
    "PlanPart",
    "Property",
    "Proposal",
    "Receipt",
    "RentTerm",
    "Reversal",
    "Tenant",
    "Transfer",
    "Unit",
]
