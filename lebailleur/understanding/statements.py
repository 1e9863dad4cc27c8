"""Who paid what, when several are named in one message: "Paul 50k, Marie 30k and half from Awa".

The marked spans of a message are put together by what stands beside what; nothing is read here:
each statement goes to the same readers as a message that says one thing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lebailleur.understanding.folding import fold, words, wordset
from lebailleur.understanding.references import also

MOST = 30
"""Statements of one message that are looked at: a pasted list is that long."""

# Words between a statement and a name that stands for "the same of this one".
MOST_BETWEEN = 2

SUBJECTS = frozenset({"tenant", "unit"})
SUMS = frozenset({"amount", "fraction", "months"})
# What may be said once for all, before or after the sums.
SHARED = ("method", "date", "period")

_REMAINS = wordset(
    "remaining remains remain remainder rest reste restent restant left balance bal solde manque"
    " missing owes owe doit"
)
_MISSING = wordset("remaining remains remain reste restent manque missing lacks lack")
_EACH = wordset("each apiece both all chacun chacune chaque every everyone tous toutes")
_JOINS = re.compile(r"[,;:\n&+/]|\b(?:and|et|puis|then|with|avec|ainsi|plus|also|aussi)\b")


@dataclass(frozen=True)
class Span:
    """A part of a message that the model has marked: its kind, where it stands, what it says."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Statement:
    """One person's (or unit's) payment. `rest` is what is said to stay open afterwards, with the
    day on which it is to come; `together`: one sum was said of several people, and not whether
    it is the sum of each; `unclear`: something else is said of the person, not what was paid."""

    subject: tuple[Span, ...] = ()
    said: tuple[Span, ...] = ()
    rest: tuple[Span, ...] = ()
    together: bool = False
    unclear: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether anything of these kinds was said."""
        return any(each.kind in kinds for each in self.said)

    @property
    def spans(self) -> tuple[Span, ...]:
        """What a reader of this payment is shown."""
        return (*self.subject, *self.said)


def read_statements(text: str, spans: Sequence[Span]) -> list[Statement]:
    """The payments that a message speaks of, in its order; one for each person and sum.

    A message that says one thing gives one statement, also one without a person. What is said
    once for all (a day, a means, a month after the last sum) counts for each.
    """
    spans = sorted(spans, key=lambda each: each.start)
    groups = _by_person(text, spans)
    found: list[Statement] = []
    for people, said in groups:
        each_of = _one_each(text, people, said)
        for own, rest in _payments(text, said):
            for subject in each_of or [()]:
                together = len(each_of) > 1 and _is_one_sum(text, own)
                found.append(Statement(subject, own, rest, together))
    return _shared(text, found)[:MOST]


def _by_person(text: str, spans: Sequence[Span]) -> list[tuple[list[Span], list[Span]]]:
    """People with what stands beside them: after them, or before them in "50k from Paul, 30k
    from Marie"."""
    order = [each.kind in SUBJECTS for each in spans if each.kind in SUBJECTS | SUMS]
    sum_first = (
        len(order) > 2
        and not order[0]
        and order[-1]
        and all(one != other for one, other in pairwise(order))
    )
    groups: list[tuple[list[Span], list[Span]]] = [([], [])]
    for span in spans:
        people, said = groups[-1]
        if span.kind in SUBJECTS:
            if not sum_first and said and people:
                groups.append(([span], []))
            else:
                people.append(span)
        elif span.kind == "property" and people:
            people.append(span)
        elif sum_first and people and span.kind in SUMS:
            groups.append(([], [span]))
        else:
            said.append(span)
    return groups


def _one_each(text: str, people: list[Span], said: list[Span]) -> list[tuple[Span, ...]]:
    """The people one by one; "Paul in room 4" is one, "Paul and room 4" are two."""
    found: list[tuple[Span, ...]] = []
    for span in people:
        before = found[-1] if found else ()
        joined = bool(before) and _JOINS.search(fold(text[before[-1].end : span.start]))
        same = before and not joined and span.kind not in {each.kind for each in before}
        if before and (span.kind == "property" or same):
            found[-1] = (*before, span)
        else:
            found.append((span,))
    return found


def _payments(text: str, said: list[Span]) -> list[tuple[tuple[Span, ...], tuple[Span, ...]]]:
    """What one person is said to have paid, payment by payment: "50k rent and 12,500 light"; and
    what is said to remain."""
    if paired := _paired(said):
        return [(each, ()) for each in paired]
    parts: list[list[Span]] = [[]]
    rest: list[Span] = []
    for at, span in enumerate(said):
        own = parts[-1]
        kinds = {each.kind for each in own}
        if _remains(text, said, at, own) or (rest and span.kind == "date"):
            rest.append(span)
        elif span.kind in kinds and _begins_another(text, said, at, own):
            parts.append([span])
        else:
            own.append(span)
    split = [each for part in parts for each in _one_kind_each(part)]
    return [(tuple(each), tuple(rest) if each is split[-1] else ()) for each in split]


def _paired(said: list[Span]) -> list[tuple[Span, ...]]:
    """ "Rent and light: 50,000 + 6,500": first the bills, then as many sums, in their order."""
    bills = [each for each in said if each.kind == "bill"]
    sums = [each for each in said if each.kind == "amount"]
    if len(bills) < 2 or len(bills) != len(sums) or bills[-1].start > sums[0].start:
        return []
    others = tuple(each for each in said if each.kind not in ("bill", "amount"))
    return [(*pair, *others) for pair in zip(bills, sums, strict=True)]


def _remains(text: str, said: list[Span], at: int, own: list[Span]) -> bool:
    """Whether a sum is one that stays open: "gave 20k, remaining 25k", "half, the rest Friday"."""
    span = said[at]
    if span.kind == "fraction":
        return any(each.kind in SUMS for each in own) and bool(_REMAINS & set(words(span.text)))
    if span.kind != "amount":
        return False
    if not any(each.kind in SUMS for each in own):
        # "10,000 is missing": no sum of its own, so only what stands right before it tells.
        return bool(_MISSING & set(words(text[max(0, span.start - 12) : span.start])))
    return bool(_REMAINS & set(words(text[said[at - 1].end : span.start])))


def _begins_another(text: str, said: list[Span], at: int, own: list[Span]) -> bool:
    """Whether a second sum, bill or month opens another payment of the same person."""
    span = said[at]
    if not any(each.kind in SUMS for each in own):
        return False
    if span.kind == "amount":
        return True
    if span.kind in ("bill", "period", "date"):
        # "March 50k, April 30k": a sum of its own follows; "50k for March and April": none does.
        return any(each.kind == "amount" for each in said[at + 1 :]) or span.kind == "bill"
    return False


def _one_kind_each(part: list[Span]) -> list[list[Span]]:
    """ "The light and the rent", without a sum: each is paid, so each is a payment."""
    bills = [each for each in part if each.kind == "bill"]
    if len(bills) < 2 or any(each.kind in SUMS for each in part):
        return [part]
    others = [each for each in part if each.kind != "bill"]
    return [[bill, *others] for bill in bills]


def _is_one_sum(text: str, own: Sequence[Span]) -> bool:
    """Whether a sum is said of several people without "each"."""
    return any(each.kind == "amount" for each in own) and not _EACH & set(words(text))


def _shared(text: str, found: list[Statement]) -> list[Statement]:
    """What was said once for all is said of each."""
    if len(found) < 2:
        return found
    for kind in SHARED:
        has = [each.has(kind) for each in found]
        if has[0] and not any(has[1:]) and _leads(found[0], kind):
            found = _given(found, found[0], kind)
        elif has[-1] and not any(has[:-1]) and _closes(found, kind):
            found = _given(found, found[-1], kind)
    for at in range(1, len(found)):
        if not found[at].said:
            # "Paul paid March, and Marie too"; but not "and what about that thing with Marie".
            before, start = _end(found[at - 1]), found[at].subject[0].start
            alike = len(words(text[before:start])) <= MOST_BETWEEN or also(text[before:])
            said = found[at - 1].said if alike else ()
            found[at] = replace(found[at], said=said, unclear=not alike)
        # "A1 paid April, A3 half": half of April.
        if found[at].has("fraction") and not found[at].has("period", "amount", "bill"):
            found[at] = _with(found[at], found[at - 1], "period")
    return found


def _end(statement: Statement) -> int:
    return max(each.end for each in (*statement.subject, *statement.said, *statement.rest))


def _leads(first: Statement, kind: str) -> bool:
    """Whether it stands before everybody: "yesterday Paul gave 50k and Marie 30k"."""
    at = min(each.start for each in first.said if each.kind == kind)
    others = [each.start for each in (*first.subject, *first.said) if each.kind != kind]
    return not others or at < min(others)


def _closes(found: list[Statement], kind: str) -> bool:
    """Whether what stands after the last sum is said of all: a day and a means are; a month only
    where each has a sum."""
    last = found[-1]
    at = max(each.start for each in last.said if each.kind == kind)
    if any(each.kind in SUMS and each.start > at for each in last.said):
        return False
    return kind != "period" or all(each.has("amount") for each in found)


def _given(found: list[Statement], giver: Statement, kind: str) -> list[Statement]:
    return [each if each is giver else _with(each, giver, kind) for each in found]


def _with(each: Statement, giver: Statement, kind: str) -> Statement:
    more = tuple(span for span in giver.said if span.kind == kind)
    return replace(each, said=(*each.said, *more))
