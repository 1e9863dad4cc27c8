"""Faults on demand: what Meta does on a bad day, to one phone or to all, so many times."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.whatsapp.simulator.tables import SimFault

Kind = Literal["refuse", "fail", "lose_answer", "slow", "shuffle", "repeat"]


class Fault(BaseModel):
    """What goes wrong, how often (`times`), and for whom (`phone`, digits; None: everybody).

    ``refuse``: the call is answered with the error `code` (HTTP status `http` in place of Meta's,
    `retry_after` seconds as a header) · ``fail``: it is taken, and a status says later that it
    failed with `code` · ``lose_answer``: it is taken, and the answer is a gateway's 504 ·
    ``slow``: it is taken after so many `milliseconds` · ``shuffle``: its statuses come in the
    wrong order · ``repeat``: each notification about it comes twice; also for what people send.
    """

    kind: Kind
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    phone: Annotated[str, Field(pattern=r"^[1-9]\d{6,14}$")] | None = None
    code: int = 131000
    http: Annotated[int, Field(ge=400, le=599)] | None = None
    retry_after: Annotated[int, Field(ge=0)] | None = None
    milliseconds: Annotated[int, Field(ge=0, le=120_000)] = 0


def pending(session: Session) -> Sequence[SimFault]:
    """The faults that are still to happen, the oldest first."""
    return session.scalars(select(SimFault).where(SimFault.times > 0).order_by(SimFault.id)).all()


def take(session: Session, kind: Kind, phone: str) -> SimFault | None:
    """The oldest fault of this kind that meets a phone (digits), used up by one."""
    while True:
        fault = session.scalar(
            select(SimFault)
            .where(SimFault.kind == kind, SimFault.times > 0)
            .where(or_(SimFault.phone.is_(None), SimFault.phone == phone))
            .order_by(SimFault.id)
            .limit(1)
        )
        if fault is None:
            return None
        taken = session.execute(
            update(SimFault)
            .where(SimFault.id == fault.id, SimFault.times > 0)
            .values(times=SimFault.times - 1)
            .returning(SimFault.id)
            .execution_options(synchronize_session=False)
        ).scalar()
        if taken is not None:
            return fault


def any_pending(session: Session) -> bool:
    """Whether something is still to happen; nearly always not: then nothing is locked."""
    return session.scalar(select(SimFault.id).where(SimFault.times > 0).limit(1)) is not None


def fault_router(engine: Engine | None) -> APIRouter:
    """The routes under /faults: see, add and clear."""
    router = APIRouter(prefix="/faults", tags=["simulator"])

    @router.get("")
    def waiting() -> list[dict[str, Any]]:
        """The faults that are still to happen."""
        with database.reading(engine) as session:
            return [
                Fault.model_validate(row, from_attributes=True).model_dump()
                for row in pending(session)
            ]

    @router.post("", status_code=201)
    def add(fault: Fault) -> Fault:
        """One more, after those that wait."""
        with database.writing(engine) as session:
            session.add(SimFault(**fault.model_dump()))
        return fault

    @router.delete("", status_code=204)
    def clear() -> Response:
        """All is well again."""
        with database.writing(engine) as session:
            session.execute(delete(SimFault))
        return Response(status_code=204)

    return router
