"""`/payments/…`."""

import re
import uuid
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from fastapi import APIRouter, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)
from sqlalchemy.orm import Session

from lebailleur import clock, database, telling
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import LARGEST_SUM, Body, Day, Id, Key, QueryId, Sum, signs
from lebailleur.api.pages import Listing, Paging
from lebailleur.rentals import corrections, listing, payments, rights
from lebailleur.rentals.asks import Ask
from lebailleur.rentals.corrections import Change
from lebailleur.rentals.errors import Conflict, NotFound, Refused
from lebailleur.rentals.models import Allocation, Lease, Payment
from lebailleur.rentals.rights import Asker
from lebailleur.rentals.shown import LINES_PATTERN, SIGNS_PATTERN, can_be_shown

router = APIRouter(route_class=Sentences)

MOST_MONTHS = 24
LONGEST_REFERENCE = 64
MONTH_PATTERN = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"


def _months(given: object) -> object:
    """`"2026-03"`, or a list of such, as (year, month) each."""
    every = given if isinstance(given, list) else [given]
    if not 1 <= len(every) <= MOST_MONTHS:
        raise ValueError(f"must name 1 to {MOST_MONTHS} months")
    found = []
    for each in every:
        if not isinstance(each, str) or not re.fullmatch(MONTH_PATTERN, each):
            raise ValueError("must be a month as 2026-03, or a list of such")
        found.append((int(each[:4]), int(each[5:])))
    return tuple(dict.fromkeys(found))


_MONTH = {"type": "string", "pattern": MONTH_PATTERN, "examples": ["2026-03"]}
Months = Annotated[
    tuple[tuple[int, int], ...],
    BeforeValidator(_months),
    WithJsonSchema(
        {
            "anyOf": [
                _MONTH,
                {"type": "array", "items": _MONTH, "minItems": 1, "maxItems": MOST_MONTHS},
            ]
        }
    ),
]
Reference = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_REFERENCE,
        examples=["CI260305.1023.A12345"],
        json_schema_extra={"pattern": SIGNS_PATTERN},
    ),
    AfterValidator(signs),
]


def _reason(text: str) -> str:
    if not can_be_shown(text):
        raise ValueError("holds characters that cannot be shown")
    return text


Reason = Annotated[
    str,
    Field(
        max_length=corrections.LONGEST_REASON,
        examples=["counted twice"],
        json_schema_extra={"pattern": LINES_PATTERN},
    ),
    AfterValidator(_reason),
]


class NewPayment(Body):
    """Money received. Without `period` or `bill` it pays rent first, the oldest first. `lease` is
    needed for a tenant with several. `withheld` is tax that the tenant kept back, on top of
    `amount`; `reference` the id that the `method` gave the transaction, which counts
    once in all.
    `notify`: send the tenant the receipt on WhatsApp."""

    only_read: ClassVar[frozenset[str]] = frozenset({"id", "receipt_number", "allocations"})

    rules: ClassVar[dict[str, Any]] = {
        "oneOf": [
            {
                "required": ["amount"],
                "properties": {"amount": {"type": "integer"}, "months": {"type": "null"}},
            },
            {
                "required": ["months"],
                "properties": {"months": {"type": "integer"}, "amount": {"type": "null"}},
            },
        ]
    }
    example: ClassVar[dict[str, Any]] = {
        "tenant": 1,
        "amount": 50_000,
        "method": "cash",
        "paid_on": "2026-03-05",
    }

    tenant: Id
    lease: Id | None = None
    amount: Sum | None = None
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS, examples=[2])] | None = None
    period: Months | None = None
    bill: Literal["rent", "electricity", "water", "wifi", "deposit", "other"] | None = None
    method: Literal["cash", "mtn_momo", "orange_money", "bank", "cheque", "other"] | None = None
    paid_on: Day | None = None
    withheld: Annotated[int, Field(ge=0, le=LARGEST_SUM, examples=[0])] = 0
    reference: Reference | None = None
    idempotency_key: Key | None = None
    notify: bool = True

    @model_validator(mode="after")
    def _one_sum(self) -> Self:
        if (self.amount is None) == (self.months is None):
            raise ValueError("needs one of amount and months")
        return self


class PaymentChange(Body):
    """What is wrong with a payment: its sum, or that it counts at all."""

    rules: ClassVar[dict[str, Any]] = {
        "oneOf": [
            {
                "required": ["amount"],
                "properties": {"amount": {"type": "integer"}, "void": {"const": False}},
            },
            {
                "required": ["void"],
                "properties": {"void": {"const": True}, "amount": {"type": "null"}},
            },
        ]
    }
    example: ClassVar[dict[str, Any]] = {
        "payment": 1,
        "amount": 40_000,
        "reason": "it was 40,000",
    }

    payment: Id
    amount: Sum | None = None
    void: bool = False
    reason: Reason | None = None
    idempotency_key: Key | None = None
    notify: bool = True

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.amount is None) != self.void:
            raise ValueError("needs one of amount and void: true")
        return self


class AllocationOut(BaseModel):
    """A part of a payment and the charge that it pays; `period` is the month of its first day."""

    charge: int
    bill: str
    period: str
    period_start: date
    period_end: date
    amount: int


class PaymentOut(BaseModel):
    """A payment. `credit` is what of it pays no charge yet; `corrects` the payment in whose
    place it stands, `corrected_by` the one that stands in its own; `reason` says why."""

    id: int
    tenant: int
    lease: int
    amount: int
    bill: str | None
    method: str | None
    paid_on: date
    receipt_number: str
    allocations: list[AllocationOut]
    credit: int
    withheld: int
    voided: bool
    voided_on: date | None
    reason: str | None
    corrects: int | None
    corrected_by: int | None


@router.post("/payments/confirm/", status_code=201, tags=["payments"])
def confirm(asker: Caller, body: NewPayment) -> PaymentOut:
    """Record a payment, give it a receipt and send that to both sides. The same
    `idempotency_key` again changes nothing and gives the same answer."""
    if body.reference and not body.method:
        # Kept without its operator, it could not stop the same money from counting twice.
        raise Refused("reference_without_method")
    with database.writing() as session:
        lease = _lease(session, asker, body)
        payment = payments.record(
            session,
            asker,
            Ask(
                lease_id=lease.id,
                amount=body.amount,
                months=body.months,
                months_named=body.period or (),
                bill=body.bill,
                method=body.method,
                paid_on=body.paid_on,
                withheld=body.withheld,
                reference=body.reference,
            ),
            key=f"api:{body.idempotency_key or uuid.uuid4().hex}",
        )
        if payment.lease_id != lease.id or body.amount not in (
            None,
            payment.amount - payment.withheld,
        ):
            raise Conflict("key_used")
        if body.notify:
            _tell(session, payment)
        return _payment(payment)


@router.get("/payments/", tags=["payments"])
def payments_received(
    asker: Caller,
    window: Paging,
    tenant: QueryId = None,
    since: Annotated[Day | None, Query(description="paid on that day or later")] = None,
) -> Listing[PaymentOut]:
    """Payments, the newest first."""
    with database.reading() as session:
        found = listing.payments(
            session,
            asker,
            offset=window.offset,
            limit=window.limit,
            tenant_id=tenant,
            since=since,
        )
        return window.listing(found, _payment)


@router.post("/payments/modify/", status_code=201, tags=["payments"])
def modify(asker: Caller, body: PaymentChange) -> PaymentOut:
    """Correct a payment's sum, or void it. Nothing is overwritten: the answer is the payment that
    now stands in its place, or, for a void, the payment with the day on which it was voided."""
    with database.writing() as session:
        if body.void:
            payment = corrections.void(session, asker, body.payment, reason=body.reason)
        else:
            payment = corrections.correct(
                session,
                asker,
                body.payment,
                Change(amount=body.amount),
                key=f"api:{body.idempotency_key or uuid.uuid4().hex}",
                reason=body.reason,
            )
        if body.notify:
            _tell(session, payment)
        return _payment(payment)


def _tell(session: Session, payment: Payment) -> None:
    telling.tell_tenant(session, payment)
    telling.tell_landlord(session, payment)


def _lease(session: Session, asker: Asker, body: NewPayment) -> Lease:
    """The lease that is paid for: the one named, or the only one (the only one that runs)."""
    tenant = rights.tenant_for(session, asker, body.tenant)
    every = listing.leases_of(session, asker, [tenant.id])
    if body.lease is not None:
        named = [each for each in every if each.id == body.lease]
        if not named:
            raise NotFound("lease_not_found", id=body.lease)
        return named[0]
    today = clock.today(tenant.landlord.timezone)
    running = [each for each in every if each.runs_on(today)]
    chosen = running or every
    if not chosen:
        raise Refused("no_lease")
    if len(chosen) > 1:
        raise Refused("lease_unclear", leases=", ".join(str(each.id) for each in chosen))
    return chosen[0]


def _payment(payment: Payment) -> PaymentOut:
    return PaymentOut(
        id=payment.id,
        tenant=payment.lease.tenant_id,
        lease=payment.lease_id,
        amount=payment.amount,
        bill=payment.bill,
        method=payment.method,
        paid_on=payment.paid_on,
        receipt_number=payment.receipt.number,
        allocations=[_allocation(each) for each in payment.standing_allocations],
        credit=payment.unused,
        withheld=payment.withheld,
        voided=payment.voided_at is not None,
        voided_on=payment.reversal.on if payment.reversal else None,
        reason=payment.reversal.reason if payment.reversal else None,
        corrects=payment.corrects_id,
        corrected_by=payment.reversal.replaced_by_id if payment.reversal else None,
    )


def _allocation(allocation: Allocation) -> AllocationOut:
    charge = allocation.charge
    return AllocationOut(
        charge=charge.id,
        bill=charge.kind,
        period=f"{charge.period_start:%Y-%m}",
        period_start=charge.period_start,
        period_end=charge.period_end,
        amount=allocation.amount,
    )
