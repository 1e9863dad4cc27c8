"""`/receipts/…` and statements: the papers, and what they are made of."""

import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, Security
from fastapi.security import APIKeyQuery
from pydantic import BaseModel
from sqlalchemy.orm import Session

from lebailleur import clock, database
from lebailleur.api.access import Caller, MaybeCaller
from lebailleur.api.errors import Sentences
from lebailleur.api.fields import Day, PathId
from lebailleur.rentals import receipts, statements
from lebailleur.rentals.errors import NotFound
from lebailleur.rentals.papers.statement import statement_pdf
from lebailleur.rentals.statements import Entry, Statement

router = APIRouter(route_class=Sentences, tags=["papers"])

PDF: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the paper",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"Content-Disposition": {"required": True, "schema": {"type": "string"}}},
    }
}

Number = Annotated[str, Path(pattern=r"^[A-Z0-9-]{1,32}$", examples=["L1-2026-0001"])]
Since = Annotated[Day | None, Query(description="from that day on")]
AsOf = Annotated[Day | None, Query(description="up to that day; without it, today")]
Code = Annotated[
    str | None,
    Security(
        APIKeyQuery(
            name="code",
            scheme_name="code",
            auto_error=False,
            description="The code printed on the paper, instead of a token.",
        )
    ),
]


class PaidOut(BaseModel):
    """A part of a payment and the charge that it pays."""

    charge: int
    bill: str
    period: str
    amount: int


class EntryOut(BaseModel):
    """One line of an account. `amount` is what it adds to what is owed (a payment takes away),
    `balance` what is owed after it; `total` the whole charge or payment."""

    date: datetime.date
    entry: str
    lease: int
    rent_entity_name: str
    amount: int
    total: int
    balance: int
    charge: int | None
    payment: int | None
    bill: str | None
    period_start: datetime.date | None
    period_end: datetime.date | None
    method: str | None
    receipt_number: str | None
    note: str | None
    allocations: list[PaidOut]


class StatementOut(BaseModel):
    """A tenant's account. `opening` is the balance before the first line, `balance` the one
    after the last, credit negative; `deposit` is held beside it."""

    tenant: int
    tenant_name: str
    landlord_name: str
    currency: str
    since: datetime.date | None
    as_of: datetime.date
    opening: int
    entries: list[EntryOut]
    balance: int
    deposit: int


@router.get(
    "/receipts/{receipt_number}.pdf",
    response_class=Response,
    responses=PDF,
)
def receipt(asker: MaybeCaller, receipt_number: Number, code: Code = None) -> Response:
    """The receipt as PDF: for those who may see it, or for whoever holds the paper and gives the
    code that is printed on it."""
    with database.reading() as session:
        pdf = _by_code(session, receipt_number, code) if code else None
        if pdf is None:
            pdf = receipts.pdf(session, asker(), receipt_number)
    return _shown(pdf, receipt_number)


def _by_code(session: Session, number: str, code: str) -> bytes | None:
    try:
        return receipts.pdf_by_code(session, number, code)
    except NotFound:
        return None


# Reading makes the charges that have fallen due since, so it may write.
@router.get("/tenants/{tenant_id}/statement/")
def statement(
    asker: Caller, tenant_id: PathId, since: Since = None, as_of: AsOf = None
) -> StatementOut:
    """Every charge, payment and allocation of a tenant, with the running balance."""
    with database.writing() as session:
        return _statement(statements.statement(session, asker, tenant_id, start=since, end=as_of))


@router.get(
    "/tenants/{tenant_id}/statement.pdf",
    response_class=Response,
    responses=PDF,
)
def statement_paper(
    asker: Caller, tenant_id: PathId, since: Since = None, as_of: AsOf = None
) -> Response:
    """The same as a paper."""
    with database.writing() as session:
        found = statements.statement(session, asker, tenant_id, start=since, end=as_of)
        language = found.tenant.language or found.tenant.landlord.language
        pdf = statement_pdf(found, language=language, made_at=clock.now())
    return _shown(pdf, f"statement-{tenant_id}-{found.end}")


def _shown(pdf: bytes, name: str) -> Response:
    shown_as = f'inline; filename="{name}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": shown_as})


def _statement(found: Statement) -> StatementOut:
    return StatementOut(
        tenant=found.tenant.id,
        tenant_name=found.tenant.name,
        landlord_name=found.tenant.landlord.name,
        currency=found.tenant.landlord.currency,
        since=found.start,
        as_of=found.end,
        opening=found.opening,
        entries=[_entry(each) for each in found.entries],
        balance=found.balance,
        deposit=found.deposit,
    )


def _entry(each: Entry) -> EntryOut:
    return EntryOut(
        date=each.on,
        entry=each.kind,
        lease=each.lease_id,
        rent_entity_name=each.unit,
        amount=each.amount,
        total=each.total,
        balance=each.balance,
        charge=each.charge_id,
        payment=each.payment_id,
        bill=each.bill,
        period_start=each.period_start,
        period_end=each.period_end,
        method=each.method,
        receipt_number=each.receipt_number,
        note=each.note,
        allocations=[
            PaidOut(
                charge=part.charge_id,
                bill=part.kind,
                period=f"{part.period_start:%Y-%m}",
                amount=part.amount,
            )
            for part in each.allocations
        ],
    )
