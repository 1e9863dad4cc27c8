"""Faults on demand: what Meta does on a bad day, to one phone or to all, so many times."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from lebailleur import database
from lebailleur.whatsapp.simulator.errors import GraphError
from lebailleur.whatsapp.simulator.tables import SimFault

Kind = Literal["refuse", "fail", "lose_answer", "slow", "shuffle", "repeat"]
OF_ANY_CALL = ("refuse", "lose_answer", "slow")
Call = Literal["messages", "media", "templates", "other"]
"""A call to send a message, about files, about templates; read marks and the number's description
are none of these."""


class Fault(BaseModel):
    """What goes wrong, how often (`times`), in which `calls`, and for whom (`phone`, digits; None:
    everybody).

    ``refuse``: the call is answered with the error `code` (HTTP status `http` in place of Meta's,
    `retry_after` seconds as a header) · ``fail``: it is taken, and a status says later that it
    failed with `code` · ``lose_answer``: it is taken, and the answer is a gateway's 504, after so
    many `milliseconds` · ``slow``: it is taken after so many `milliseconds` · ``shuffle``: its
    statuses come in the wrong order · ``repeat``: each notification about it comes twice; also for
    what people send.

    Calls about ``media`` and ``templates``, and ``all`` calls, are for nobody, and no status tells
    of them: they meet `OF_ANY_CALL` alone.
    """

    kind: Kind
    calls: Literal["messages", "media", "templates", "all"] = "messages"
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    phone: Annotated[str, Field(pattern=r"^[1-9]\d{6,14}$")] | None = None
    code: int = 131000
    http: Annotated[int, Field(ge=400, le=599)] | None = None
    retry_after: Annotated[int, Field(ge=0)] | None = None
    milliseconds: Annotated[int, Field(ge=0, le=120_000)] = 0

    @model_validator(mode="after")
    def _can_meet(self) -> Self:
        if self.calls != "messages" and (self.phone or self.kind not in OF_ANY_CALL):
            raise ValueError("only calls of messages have a phone and statuses")
        return self


@dataclass(frozen=True)
class Odd:
    """What goes wrong with a call that is taken: after how many seconds its answer is lost (None:
    it comes); of a message the code with which it fails later, and how its notifications come."""

    lost_after: float | None = None
    code: int | None = None
    shuffled: bool = False
    copies: int = 1


def met(engine: Engine | None, call: Call, phone: str | None = None) -> Odd:
    """What shall go wrong with this call (for a phone, digits); a slow one takes its time here.
    GraphError when it shall be refused."""
    with database.reading(engine) as session:
        if not any_pending(session):
            return Odd()
    with database.writing(engine) as session:
        slow = take(session, "slow", call, phone)
        refused = take(session, "refuse", call, phone)
        odd = Odd()
        if refused is None:
            failing = take(session, "fail", call, phone)
            lost = take(session, "lose_answer", call, phone)
            odd = Odd(
                lost_after=lost.milliseconds / 1000 if lost is not None else None,
                code=failing.code if failing is not None else None,
                shuffled=take(session, "shuffle", call, phone) is not None,
                copies=1 if take(session, "repeat", call, phone) is None else 2,
            )
    if slow is not None:
        time.sleep(slow.milliseconds / 1000)
    if refused is not None:
        raise GraphError(
            refused.code,
            "as was asked for",
            status=refused.http,
            retry_after=refused.retry_after,
        )
    return odd


def pending(session: Session) -> Sequence[SimFault]:
    """The faults that are still to happen, the oldest first."""
    return session.scalars(select(SimFault).where(SimFault.times > 0).order_by(SimFault.id)).all()


def take(session: Session, kind: Kind, call: Call, phone: str | None) -> SimFault | None:
    """The oldest fault of this kind that meets a call (for a phone, digits), used up by one."""
    while True:
        fault = session.scalar(
            select(SimFault)
            .where(SimFault.kind == kind, SimFault.times > 0)
            .where(SimFault.calls.in_((call, "all")))
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
