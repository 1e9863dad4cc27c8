"""What schemathesis needs to know of us; it loads this file by itself (`SCHEMATHESIS_HOOKS`)."""

import re
from zoneinfo import available_timezones

import schemathesis
from hypothesis import strategies as st

from lebailleur.api.errors import SENTENCES
from lebailleur.api.fields import LARGEST_ID

# JSON Schema cannot say which numbers exist. These do, in Cameroon and elsewhere.
schemathesis.openapi.format(
    "phone",
    st.one_of(
        st.integers(0, 999_999).map(lambda n: f"+237677{n:06}"),
        st.integers(0, 999_999).map(lambda n: f"6 99 {n:06}"),
        st.just("+33 6 12 34 56 78"),
    ),
)
schemathesis.openapi.format("iana-timezone", st.sampled_from(sorted(available_timezones())))


# Most ids are of nothing. Those that could be are made to be of one of the first things.
FIRST = 6
IDS = {"landlord", "property", "rent_entity", "tenant", "lease", "payment"}


@schemathesis.hook
def map_body(context, body):
    """JSON Schema takes 2.0 for an integer and knows no way to say that it must not be written
    so; here it is refused. So none is sent for one."""
    if not isinstance(body, dict):
        return body
    tidy = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in body.items()
    }
    if context.operation.label == "POST /properties/" and tidy.get("landlord") is None:
        # The operator must name one, a landlord need not: the description is of both.
        tidy["landlord"] = 1
    return tidy | {name: _near(tidy[name]) for name in IDS & tidy.keys()}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return path_parameters and {
        name: _near(value) if name.endswith("_id") else value
        for name, value in path_parameters.items()
    }


@schemathesis.hook
def map_query(context, query):
    if not query or "tenant" not in query:
        return query
    return query | {"tenant": _near(query["tenant"])}


def _near(given):
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= LARGEST_ID:
        return given
    return given % FIRST + 1


# What only the books or the calendar know, and no schema: a well-formed request may be refused
# with these, and with no other sentence.
OF_THE_BOOKS = (
    "bad_start",
    "future_date",
    "too_large",
    "before_lease",
    "already_paid",
    "nothing_open",
    "no_such_bill",
    "lease_ended",
    "paid_back",
    "nothing_changes",
    "lease_unclear",
    "no_lease",
    "reference_without_method",
    "number_taken",
    "operator_only",
    "currency_fixed",
    "property_let",
    "other_landlord",
    "start_fixed",
    "settled_fixed",
    "ends_before_start",
    "bad_rent_from",
    "moves_too_early",
    "leaves_too_early",
    "end_fixed",
)
_KNOWN = re.compile(
    "|".join(re.sub(r"\\{.*?\\}", ".+", re.escape(SENTENCES[code])) for code in OF_THE_BOOKS)
    + "|landlord is required|rent_from: rent_amount is needed with it"
    + "|move_on: rent_entity is needed with it"
)


@schemathesis.check
def only_the_books_refuse_what_is_well_formed(ctx, response, case) -> None:
    """A 422 to a request that the schema allows gives a reason that no schema can know."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code == 422:
        detail = response.json()["detail"]
        assert _KNOWN.fullmatch(detail), detail
