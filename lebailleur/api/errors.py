"""What went wrong, as an HTTP status and one sentence that names the field and the reason."""

import re
import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Match
from structlog.contextvars import get_contextvars

from lebailleur import audit
from lebailleur.api.reading import StrictRequest
from lebailleur.rentals.errors import Conflict, NotAllowed, NotFound, RentalError

SENTENCES = {
    "landlords_only": "only a landlord may do this",
    "tenants_only": "only the tenant may do this",
    "not_yours_to_answer": "that is the other side's to answer",
    "claim_not_found": "there is no such claim",
    "issue_not_found": "there is no such reported problem",
    "issue_already": "that problem is {state} already",
    "no_words": "words: they are missing",
    "landlord_not_found": "landlord: there is none with the id {id}",
    "gone": "{name} was deleted",
    "property_not_found": "property: there is none with the id {id}",
    "unit_not_found": "rent_entity: there is none with the id {id}",
    "tenant_not_found": "tenant: there is none with the id {id}",
    "lease_not_found": "lease: there is none with the id {id}",
    "payment_not_found": "payment: there is none with the id {id}",
    "receipt_not_found": "receipt: there is none with the number {number}",
    "proposal_not_found": "there is no such proposal",
    "landlord_exists": "whatsapp_number: the landlord {id} has it already",
    "property_exists": "name: this landlord has a property {name} already",
    "unit_exists": "name: this property has a rent entity {name} already",
    "unit_taken": "rent_entity: {tenant} lives in {unit}",
    "phone_taken": "whatsapp_number: it is that of another tenant, {tenant}",
    "bad_cycle": "payment_cycle_months: {months} is not between 1 and 24",
    "bad_start": "start_of_payment_cycle: {day} is too far from today",
    "future_date": "paid_on and last_rent_paid cannot be in the future, as {day} is",
    "bad_reminder_days": "reminders: at most five days after, none over 60",
    "bad_rent": "rent_amount: it must be above 0 and cannot be as large as that",
    "empty_name": "name: it is empty",
    "name_too_long": "name: it is longer than {most} characters",
    "unprintable_name": "name: it holds characters that cannot be shown",
    "no_sum": "amount: the sum is missing",
    "not_positive": "amount: it must be above 0",
    "too_large": "amount: it cannot be above {most}, two years' rent",
    "before_lease": "paid_on: {day} is long before the lease began on {start}",
    "already_paid": "period: {year}-{month:02} is paid already",
    "nothing_open": "amount: nothing is owed",
    "no_such_bill": "bill: no {bill} is open",
    "lease_ended": "amount: the lease ended on {day} and {open} is open, which is less",
    "remaining_differs": "amount: {open} would remain, not {said}",
    "reference_used": "reference: the transaction {reference} is recorded already",
    "already_void": "payment: it is void already ({number})",
    "paid_back": "payment: some of it was given back or used, so it cannot be taken back",
    "nothing_changes": "amount: it is that already",
    "reason_too_long": "reason: it is longer than {most} characters, or cannot be shown",
    "already_ended": "end_of_lease: the lease of {name} ends on {day} already",
    "already_charged": "the cycle of {day} is charged already",
    "bad_bill": "bill: {bill} is not one that can be asked",
    "bad_split": "the bill cannot be split like that",
    "nobody_to_bill": "there is nobody to ask",
    "bad_due_day": "due_day: {day} is not between 1 and 31",
    "bad_end": "end_of_lease: {day} is too far from today",
    "bad_late_fee": "the late fee cannot be {amount}",
    "no_deposit": "no deposit is held",
    "no_credit": "there is no credit to give back",
    "more_than_held": "amount: {amount} is more than the {most} that there is",
    "not_paid_in_full": "{open} is still open of that period",
    "period_not_found": "no rent is charged for that period",
    "charge_not_found": "bill: there is none with the id {id}",
    "plan_not_found": "there is no plan with the id {id}",
    "past_date": "{day} has passed",
    "too_far": "{day} is too far from today",
    "no_parts": "the parts of the plan are missing, or too many",
    "would_lose": "{name} still holds {tenants} tenant(s) and {owed} that is owed: with that it is "
    "deleted only by ?confirm=true, or, a property, by /properties/delete/<id>/",
    "changed": "something has changed since it was looked at: look at it and try again",
    "already_decided": "this was decided before: {decision}",
    "expired": "this was not answered in time",
    "lease_unclear": "lease: the tenant has several, so one must be named: {leases}",
    "no_lease": "tenant: there is no lease to pay for",
    "token_not_found": "token: there is none with the id {id}",
    "too_many_tokens": "token: there are {most} already; revoke one first",
    "operator_only": "whatsapp_number: only the operator may change it, for it opens everything",
    "number_taken": "whatsapp_number: somebody else has it already",
    "currency_fixed": "currency: there are sums in {currency} in the books, so it stays",
    "property_let": "landlord: {name} has been let, so it stays its landlord's",
    "other_landlord": "property: {name} is another landlord's",
    "start_fixed": "start_of_payment_cycle: something was charged or paid since, so it stays",
    "settled_fixed": "last_rent_paid: something was charged or paid since, so it follows from the "
    "payments",
    "ends_before_start": "start_of_payment_cycle: {day} is after the lease's end on {end}",
    "bad_rent_from": "rent_from: {day} is too far from today",
    "moves_too_early": "move_on: {day} is not after {start}, when the lease began",
    "leaves_too_early": "end_of_lease: {day} is before {start}, when the lease began",
    "end_fixed": "end_of_lease: the lease ends on {day}, which cannot be taken back",
    "reference_without_method": "method: it is needed with a reference",
    "leases_running": "{count} tenant(s) still rent here",
    "key_used": "idempotency_key: it was used before for another payment",
}
REASONS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_unicode": "holds half a character",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "must look like {pattern}",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "model_attributes_type": "must be a JSON object, sent as application/json",
    "dict_type": "must be a JSON object, sent as application/json",
}

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# A field's name that a caller made up is not repeated at any length.
LONGEST_NAME_SAID = 100


class _IdConvertor(Convertor[int]):
    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", _IdConvertor())


class Sentences(APIRoute):
    """A route whose bodies are read strictly and whose errors are `{"detail": sentence}`. An id in
    its path is a number: `/landlords/create/` is no landlord."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(re.sub(r"{(\w+_id)}", r"{\1:id}", path), endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            # A request that has an id in the log has the same in the books.
            known = get_contextvars().get("request_id") or uuid.uuid4().hex
            try:
                with audit.written_by("nobody", f"request:{known}") as origin:
                    request.state.origin = origin
                    return await handle(StrictRequest(request.scope, request.receive))
            except RequestValidationError as error:
                raise _of_validation(error) from error
            except RentalError as error:
                raise HTTPException(_status(error), sentence(error)) from error
            except IntegrityError as error:
                raise HTTPException(409, "the same was being made at this moment") from error

        return answer


@contextmanager
def said_as(**codes: str) -> Iterator[None]:
    """Errors of these codes are said as those of other codes, which name the request's field."""
    try:
        yield
    except RentalError as error:
        if error.code not in codes:
            raise
        raise type(error)(codes[error.code], **error.details) from error


def sentence(error: RentalError) -> str:
    """The sentence for an error of the rental business."""
    details: Mapping[str, Any] = error.details
    known = SENTENCES.get(error.code)
    return known.format_map(details) if known else error.code.replace("_", " ")


def _status(error: RentalError) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, NotAllowed):
        return 403
    return 409 if isinstance(error, Conflict) else 422


def _of_validation(error: RequestValidationError) -> HTTPException:
    found: Sequence[Any] = error.errors()
    if any(each["loc"][0] == "path" for each in found):
        return HTTPException(404, "there is no such thing")
    if any(each["type"] == "json_invalid" for each in found):
        return HTTPException(400, "the body is not JSON")
    return HTTPException(422, "; ".join(dict.fromkeys(map(_reason, found))))


def _reason(found: Mapping[str, Any]) -> str:
    names = [str(each) for each in found["loc"][1:]]
    said = found["msg"].removeprefix("Value error, ")
    reason = REASONS.get(found["type"], "{said}")
    context = found.get("ctx", {}) | {"said": said[:1].lower() + said[1:]}
    return f"{'.'.join(names)[:LONGEST_NAME_SAID] or 'the body'} {reason.format_map(context)}"


async def wrong_method(request: Request, _error: Exception) -> Response:
    """405 with the methods that the address knows, over all routes that are at it."""
    allowed = [method for method in METHODS if _answers(request, method)]
    detail = f"{request.method} is not possible here, only {', '.join(allowed)}"
    return JSONResponse({"detail": detail}, 405, headers={"Allow": ", ".join(allowed)})


def _answers(request: Request, method: str) -> bool:
    asked = {**request.scope, "method": method}
    return any(each.matches(asked)[0] is Match.FULL for each in request.app.routes)
