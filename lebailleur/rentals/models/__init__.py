"""The tables of the rental business."""

from lebailleur.rentals.models.access import ApiToken
from lebailleur.rentals.models.agreements import (
    Claim,
    Plan,
    PlanPart,
    Proposal,
)
from lebailleur.rentals.models.issues import Issue
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
    Payer,
    Property,
    RentTerm,
    Tenant,
    Unit,
)

__all__ = [
    "Allocation",
    "ApiToken",
    "Charge",
    "Claim",
    "Issue",
    "Landlord",
    "Lease",
    "Payer",
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
