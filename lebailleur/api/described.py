"""`/openapi.json`: what the routes say of themselves, completed in one place with what holds for
all of them (who may ask, how errors look, which answers there are), so that no route repeats it."""

from typing import Any

from fastapi import FastAPI

SUMMARY = "Rents, tenants, payments and receipts, as the chat on WhatsApp keeps them."
DESCRIPTION = """
**Token.** Every request needs the header `Authorization: Bearer …`, with the operator's
`ADMIN_TOKEN`, which sees and does all, or with a landlord's token, which sees what is that
landlord's: the landlord asks for one in the chat (*give me an API key*), or the operator makes one
with `lebailleur token --phone +237…`. Here: press *Authorize*.

**Begin.** `POST /landlords/create/`, `/properties/`, `/rent-entities/`, `/tenants/`,
`/payments/confirm/`, one after the other, each with the `id` that the one before answered; then
`GET /receipts/{receipt_number}.pdf` with the payment's `receipt_number`. The examples do just that
in an empty database. Tenant and landlord are told of a payment on WhatsApp unless `notify` is
`false`.

**Values.** Sums are whole units of the landlord's currency (XAF has no cents). Days are
`2026-03-05`, months `2026-03`. Numbers are JSON numbers without a point. A field that a request
does not know is refused; one that only answers show is passed over. Names are kept as they come,
but for spaces, which are tidied.

**Pages.** Lists answer `{"count", "next", "previous", "results"}`; `next` and `previous` are
addresses, or null at the ends. `?page=` begins with 1, `?page_size=` is 20 unless asked otherwise,
and never over 100.

**Errors.** Every error is `{"detail": "…"}`, one sentence that names the field and the reason. 4xx
is the caller's to mend, and nothing was written.
"""
TAGS = {
    "landlords": "Who lets.",
    "properties": "Houses and buildings.",
    "rent entities": "Rooms, flats and shops in them: what is let.",
    "tenants": "Who rents, since when, and what they owe.",
    "payments": "Money received; what was wrong is corrected by a new entry, never overwritten.",
    "papers": "Receipts and statements, as PDF and as data.",
}
ANSWERS = {
    "400": "The body is not JSON.",
    "401": "No valid token was given.",
    "403": "The token's owner has no right to this.",
    "404": "There is no such thing among what the token's owner may see.",
    "409": "Something is there already, or has changed since.",
    "413": "The body is too large.",
    "422": "A field is missing or wrong.",
    "429": "Too many requests.",
}
HEADERS = {"401": ("WWW-Authenticate", "string"), "429": ("Retry-After", "integer")}
# What makes a thing, and the field of its answer by which other paths name the thing.
MAKERS = {
    "/landlords/create/": ("landlord_id", "id"),
    "/properties/": ("property_id", "id"),
    "/rent-entities/": ("rent_entity_id", "id"),
    "/tenants/": ("tenant_id", "id"),
    "/payments/confirm/": ("receipt_number", "receipt_number"),
    "/payments/modify/": ("receipt_number", "receipt_number"),
}
METHODS_THAT_WRITE = {"post", "put", "patch", "delete"}
PROBLEM = {
    "type": "object",
    "description": "What went wrong, and with which field.",
    "required": ["detail"],
    "properties": {"detail": {"type": "string", "examples": ["name is empty"]}},
}


def describe(app: FastAPI) -> None:
    """Let `app.openapi()` answer the completed description."""
    app.summary, app.description = SUMMARY, DESCRIPTION
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """A description as FastAPI makes it, with what holds for all routes put in."""
    parts = schema["components"]["schemas"]
    for each in ("HTTPValidationError", "ValidationError"):
        parts.pop(each, None)
    parts["Problem"] = PROBLEM
    used: set[str] = set()
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            used.update(operation.get("tags", []))
            for parameter in operation.get("parameters", []):
                if parameter["in"] in ("query", "header"):
                    parameter["schema"] = _without_null(parameter["schema"])
            _add_answers(method, operation)
    _add_links(schema["paths"])
    schema["tags"] = [
        {"name": name, "description": text} for name, text in TAGS.items() if name in used
    ]
    return schema


def _add_answers(method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    for status in sorted(_statuses(method, operation)):
        said: dict[str, Any] = {
            "description": ANSWERS[status],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        if status in HEADERS:
            name, kind = HEADERS[status]
            said["headers"] = {name: {"required": True, "schema": {"type": kind}}}
        answers.setdefault(status, said)


def _add_links(paths: dict[str, Any]) -> None:
    """Say of what makes a thing where the thing is found."""
    for maker, (parameter, field) in MAKERS.items():
        links = {
            operation["operationId"]: {
                "operationId": operation["operationId"],
                "parameters": {parameter: f"$response.body#/{field}"},
            }
            for path, operations in paths.items()
            if f"{{{parameter}}}" in path
            for operation in operations.values()
        }
        if maker in paths and "post" in paths[maker]:
            paths[maker]["post"]["responses"]["201"]["links"] = links


def _statuses(method: str, operation: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    if operation.get("security"):
        found |= {"401", "403", "429"}
    if operation.get("parameters") or "requestBody" in operation:
        found |= {"404", "422"}
    if "requestBody" in operation:
        found |= {"400", "413"}
    if method in METHODS_THAT_WRITE:
        found |= {"409"}
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address cannot say null: what need not be given is left out."""
    kinds = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {name: value for name, value in schema.items() if name != "anyOf"} | kinds[0]
