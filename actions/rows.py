"""Several payments of one message, as rows: each is read as if it had been written alone."""

from typing import Any

from actions.fields import LeaseField
from actions.sums import SumField
from actions.turn import Turn
from lebailleur.understanding.statements import Statement, read_statements

LEASE, SUM = LeaseField("payment_lease"), SumField("payment_sum")
OWN = ("payment_lease", "payment_sum", "payment_details")
Row = dict[str, Any]


def rows_of(turn: Turn) -> list[Row]:
    """The payments that a message speaks of.

    A row keeps the slots of the payment form (`payment_lease` …, None where not clear), `said`
    (its words), `problem` and `candidates` (who may be meant), `together` (one sum was said of
    several people), `unclear` (it speaks of something else) and `out` (left out by the landlord).
    """
    return [_row(turn, each) for each in read_statements(turn.text, turn.spans)]


def is_open(row: Row) -> bool:
    """Whether something of a row is still to be asked."""
    return not row["out"] and (
        row["together"] or row["payment_lease"] is None or row["payment_sum"] is None
    )


def _row(turn: Turn, statement: Statement) -> Row:
    own = turn.narrowed(statement.spans)
    row: Row = dict.fromkeys(OWN)
    row["unclear"] = statement.unclear
    row |= {"out": False, "together": statement.together, "problem": None, "candidates": []}
    row["said"] = " ".join(each.text for each in statement.spans)
    if statement.subject:
        lease = LEASE.named(own, {})
        row["payment_lease"] = lease.value
        row["candidates"] = [each for each in lease.candidates if isinstance(each, int)]
        row["problem"] = lease.problem
    total = SUM.named(own, row)
    row["payment_sum"] = total.value
    row["payment_details"] = total.also.get("payment_details")
    if row["payment_lease"] is not None and total.problem:
        row["problem"] = total.problem
    return row
