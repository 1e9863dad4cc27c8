"""`/payments/…` and `/receipts/…`."""

import re
import uuid
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from fastapi import APIRouter, Path, Query, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, model_validator
from sqlalchemy.orm import Session

from lebailleur import clock, database
from lebailleur.api.access import Caller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Body, Day, Id, QueryId
from lebailleur.api.pages import Listing, Paging
from lebailleur.conversation import inbox
from lebailleur.rentals import listing, payments, receipts, rights
from lebailleur.rentals.errors import Conflict, NotFound, Refused
from lebailleur.rentals.models import Allocation, Lease, Payment
from lebailleur.rentals.payments import Ask
from lebailleur.rentals.rights import Asker

router = APIRouter(route_class=Sentences)

MOST_MONTHS = 24


def _months(given: object) -> object:
    """`"2026-03"`, or a list of such, as (year, month) each."""
    every = given if isinstance(given, list) else [given]
    if not 1 <= len(every) <= MOST_MONTHS:
        raise ValueError(f"must name 1 to {MOST_MONTHS} months")
    found = []
    for each in every:
        read = isinstance(each, str) and re.fullmatch(r"(\d{4})-(\d{2})", each, re.ASCII)
        if not read or not 1 <= int(read[2]) <= 12 or not 1900 <= int(read[1]) <= 2200:
            raise ValueError("must be a month as 2026-03, or a list of such")
        found.append((int(read[1]), int(read[2])))
    return tuple(dict.fromkeys(found))


def _key(text: str) -> str:
    if not text or len(text) > 150 or not text.isprintable():
        raise ValueError("must be 1 to 150 characters that can be shown")
    return text


class NewPayment(Body):
    """Money received. Without `period` or `bill` it pays rent first, the oldest first. `lease` is
    needed for a tenant with several. `notify`: send the tenant the receipt on WhatsApp."""

    only_read: ClassVar[frozenset[str]] = frozenset({"id", "receipt_number", "allocations"})

    tenant: Id
    lease: Id | None = None
    amount: int | None = None
    months: int | None = None
    period: Annotated[tuple[tuple[int, int], ...], BeforeValidator(_months)] | None = None
    bill: Literal["rent", "electricity", "water", "wifi", "deposit", "other"] | None = None
    method: Literal["cash", "mtn_momo", "orange_money", "bank", "cheque", "other"] | None = None
    paid_on: Day | None = None
    idempotency_key: Annotated[str, AfterValidator(_key)] | None = None
    notify: bool = True

    @model_validator(mode="after")
    def _one_sum(self) -> Self:
        if (self.amount is None) == (self.months is None):
            raise ValueError("needs one of amount and months")
        if self.months is not None and not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"has months that are not between 1 and {MOST_MONTHS}")
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
    """A payment. `credit` is what of it pays no charge yet."""

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
    voided: bool


@router.post("/payments/confirm/", status_code=201, tags=["payments"])
def confirm(asker: Caller, body: NewPayment) -> PaymentOut:
    """Record a payment, give it a receipt and send that to the tenant. The same
    `idempotency_key` again changes nothing and gives the same answer."""
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
            ),
            key=f"api:{body.idempotency_key or uuid.uuid4().hex}",
        )
        if payment.lease_id != lease.id or body.amount not in (None, payment.amount):
            raise Conflict("key_used")
        if body.notify:
            inbox.keep(
                session,
                f"receipt:{payment.id}",
                payment.lease.tenant.person_id,
                "event",
                {
                    "trigger": "EXTERNAL_receipt",
                    "entities": {"payment": payment.receipt.number},
                },
            )
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


@router.get(
    "/receipts/{receipt_number}.pdf",
    tags=["payments"],
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def receipt(
    asker: Caller, receipt_number: Annotated[str, Path(pattern=r"^[A-Z0-9-]{1,32}$")]
) -> Response:
    """The receipt as PDF."""
    with database.reading() as session:
        pdf = receipts.pdf(session, asker, receipt_number)
    shown_as = f'inline; filename="{receipt_number}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": shown_as})


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
    running = [each for each in every if each.end_on is None or each.end_on > today]
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
        allocations=[_allocation(each) for each in payment.allocations],
        credit=payment.amount - sum(each.amount for each in payment.allocations),
        voided=payment.voided_at is not None,
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
