"""Operators' messages (MTN MoMo, Orange Money), as people forward or paste them.

What such a text says is only what it says: whoever can write it can forge it. It is read so that
it can be shown and asked about, and what is not clearly money that came in is not read at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from lebailleur.understanding.mobile_money import grammar, kinds
from lebailleur.understanding.mobile_money.grammar import Unreadable
from lebailleur.understanding.mobile_money.masking import masked

__all__ = ["Receipt", "Told", "is_operators", "masked", "read"]

Operator = Literal["mtn_momo", "orange_money"]
_LOCAL = ZoneInfo("Africa/Douala")
# Ids of what somebody paid or took out.
_ORANGE_OUT = ("CO", "MP", "RC")

_SENT_WORDS = re.compile(
    r"\bmessage (?:de l'expediteur|from (?:the )?sender)\b ?:?.*?"
    r"(?=\b(?:votre |your )?(?:nouveau|new|current) (?:solde|balance)\b"
    r"|\b(?:frais|fees?|fee paid) ?:|\b(?:financial )?transaction id\b|\bidentifiant\b|$)",
    re.I,
)
_LABELLED_SUM = re.compile(
    r"\b(?:montant (?:de (?:la )?)?(?:transaction|transfert|depot)|(?:transaction|transfer|deposit)"
    rf" amount) ?[:=]? ?(?P<sum>{grammar.AMOUNT}|[0-9][0-9 .,]*(?= ?, ?[a-z]))",
    re.I,
)
_NET_CREDIT = re.compile(
    rf"\b(?:net credit amount|montant net(?: credite)?) ?[:=]? ?(?P<sum>{grammar.AMOUNT})", re.I
)
_PAYER = (
    re.compile(
        rf"{kinds.FROM}(?:le )?(?P<number>{grammar.NUMBER})(?P<name>[^().:;]{{0,60}}?)"
        r"(?= ?[.,;:(]| (?:le|sur|on|at|a|the)\b| ?$| ?20[0-9]{2}-)",
        re.I,
    ),
    re.compile(
        rf"{kinds.FROM}(?P<name>(?:[^():]|{kinds.ASIDE}){{1,80}}?)"
        # What stands in brackets before the bracket with the number is a part of the name.
        rf" ?(?!{kinds.ASIDE}[^():]{{0,60}}\(\+?[0-9])"
        rf"(?P<brackets>(?:\((?:[^()]|{kinds.ASIDE}){{0,80}}\) ?){{1,2}})",
        re.I,
    ),
    re.compile(
        rf"{kinds.FROM}(?P<name>(?:[^().:;]|(?<=\b[a-z])\.){{2,60}}?)"  # "S.C.I. LA PAIX"
        r"(?= ?[.,;]| (?:le|on|at|a la date|sur votre|on your) | ?20[0-9]{2}-)",
        re.I,
    ),
)
# "PAUL MBARGA 699112233", where the brackets were left out.
_NUMBER_LAST = re.compile(rf"(?P<name>.*[^0-9 ]) (?P<number>{grammar.NUMBER})")


@dataclass(frozen=True)
class Receipt:
    """Money that a message says came in.

    `amount` in whole francs; `payer` and `payee` are the last nine figures of a number, where it
    is given. `day` and `at` are local (Africa/Douala). Of a `deposit` the payer is the agent.
    `oddities` says what is unlike an operator's own message: ``no_date``, ``no_time``,
    ``odd_date``.
    """

    operator: Operator
    reference: str
    amount: int
    payer_name: str | None
    payer: str | None
    payee_name: str | None = None
    payee: str | None = None
    day: date | None = None
    at: time | None = None
    deposit: bool = False
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """One message: a receipt, or the `reason` why it gives none.

    ``money_out`` · ``loan`` · ``promotion`` · ``failed`` · ``future`` · ``fragment`` · ``token``
    (electricity) · ``code`` · ``no_id`` · ``bad_id`` · ``bad_sum`` · ``bad_date`` ·
    ``odd_digits`` · ``unclear`` (from whom, or whether at all, is not said).
    """

    receipt: Receipt | None = None
    reason: str | None = None


class _Ends(NamedTuple):
    """Who paid whom, as far as it is said."""

    name: str | None
    number: str | None
    payee_name: str | None = None
    payee: str | None = None


def is_operators(text: str) -> bool:
    """Whether a text is, or holds, a message of an operator."""
    return any(_read(text, None))


def read(text: str, now: datetime) -> tuple[Told, ...]:
    """What each message in a text says, in their order; nothing for any other text.

    `now` (aware) bounds the days: what has not come yet has not been paid.
    """
    return tuple(dict.fromkeys(_read(text, now)))


def _read(text: str, now: datetime | None) -> Iterator[Told]:
    line = grammar.plain(text)
    # Whatever the payer wrote is the payer's, though it may look like a message.
    line = _SENT_WORDS.sub(" Message. ", line)
    found = sorted(
        (match for each in kinds.OPENERS for match in each.finditer(line)),
        key=lambda match: (match.start(), -match.end()),
    )
    starts: list[re.Match[str]] = []
    for match in found:
        if not starts or match.start() >= starts[-1].end():
            starts.append(match)
    told = False
    for at, match in enumerate(starts):
        end = starts[at + 1].start() if at + 1 < len(starts) else len(line)
        lead = re.split(r"[.!?]", line[starts[at - 1].end() if at else 0 : match.start()])[-1]
        each = _one(match, line[match.start() : end], lead, now)
        if each is None:
            continue
        if grammar.has_odd_digits(text):
            each = Told(reason="odd_digits")
        told = True
        yield each
    if not told and (reason := kinds.without_money_in(line, text)) is not None:
        yield Told(reason=reason)


def _one(match: re.Match[str], segment: str, lead: str, now: datetime | None) -> Told | None:
    """What one message says that begins with a match; None when it is no operator's."""
    if match.re is kinds.OUT:
        return Told(reason="money_out") if kinds.signs(segment) else None
    rest = segment[match.end() - match.start() :]
    try:
        if match.re is kinds.RECEIVED:
            name, number, after = _payer(rest)
            if not kinds.signs(segment):
                return None
            if kinds.NOT_SAID.search(lead.strip()):
                return Told(reason="unclear")
            amounts = {grammar.francs(match["sum"] or match["credited"])}
            ends = _Ends(name, number)
        else:
            after, amounts = rest, _amounts(match, rest)
            ends = _Ends(
                _name(match["a_name"]),
                grammar.subscriber(match["a"]),
                _name(match["b_name"]),
                grammar.subscriber(match["b"]),
            )
        if kinds.failed(f"{lead} . {after}") or kinds.failed(lead):
            return Told(reason="failed")
        if kinds.FUTURE.search(f"{lead} {segment[: match.end() - match.start()]} {after}"):
            return Told(reason="future")
        if len(amounts) != 1:
            return Told(reason="fragment" if not amounts else "bad_sum")
        return Told(_receipt(match, amounts.pop(), ends, after, now))
    except Unreadable as problem:
        return Told(reason=str(problem))


def _amounts(match: re.Match[str], rest: str) -> set[int]:
    """The principal, as often as it is said: never what the fee was added to or taken from."""
    said = [match["sum"]] if match["sum"] else []
    labelled = _LABELLED_SUM.search(rest)
    if labelled is None and match.re is kinds.DEPOSIT:
        labelled = _NET_CREDIT.search(rest)
    if labelled is not None:
        said.append(labelled["sum"])
    return {grammar.francs(each) for each in said}


def _payer(rest: str) -> tuple[str | None, str | None, str]:
    """Who sent it: name, number, and what follows. Raises `Unreadable` for what is no person."""
    begin = rest.lstrip(" :,")
    start = re.match(kinds.FROM, begin, re.I)
    if start is None:
        if kinds.LENT.match(begin):
            raise Unreadable("loan")
        raise Unreadable("promotion" if kinds.GIFT.match(begin) else "unclear")
    for pattern in _PAYER:
        match = pattern.match(begin)
        if match is None:
            continue
        groups = match.groupdict()
        name, bare = _name(groups["name"]), "brackets" not in groups and "number" not in groups
        if bare and name is not None and (ends := _NUMBER_LAST.fullmatch(name)):
            name, bare, groups["number"] = _name(ends["name"]), False, ends["number"]
        number = _number(groups)
        if name is not None and (kinds.GIFT.match(f"{name} .") if bare else _is_gift(name)):
            raise Unreadable("promotion")
        lent = kinds.LENT if number is None else kinds.LENT_BY
        if name is not None and lent.match(name):
            raise Unreadable("loan")
        if bare and start[0].strip().casefold() == "of":
            raise Unreadable("unclear")
        return name, number, begin[match.end() :]
    raise Unreadable("unclear")


def _is_gift(name: str) -> bool:
    """ "BONUS SARL" and even "BONUS" may pay; "bonus de la part de" and a refund are no payment."""
    match = kinds.GIFT.match(name)
    return match is not None and (match.end() < len(name) or bool(kinds.RETURNED.match(name)))


def _number(groups: dict[str, str | None]) -> str | None:
    if groups.get("number"):
        return grammar.subscriber(groups["number"])
    inside = re.findall(r"\+?[0-9][0-9 ]{7,16}", groups.get("brackets") or "")
    return next((found for each in inside if (found := grammar.subscriber(each))), None)


def _name(written: str | None) -> str | None:
    return (written or "").strip(" .,;:-") or None


def _receipt(
    match: re.Match[str],
    amount: int,
    ends: _Ends,
    after: str,
    now: datetime | None,
) -> Receipt:
    reference = grammar.find_id(after)
    if reference is None:
        raise Unreadable("no_id")
    made = grammar.moment_of_id(reference)
    day: date | None
    at: time | None
    oddities: tuple[str, ...] = ()
    if made is not None:
        if reference.startswith(_ORANGE_OUT):
            raise Unreadable("money_out")
        day, at = made.date(), made.time()
    elif match.re is kinds.RECEIVED:
        day, at, oddities = grammar.find_moment(after)
    else:
        raise Unreadable("bad_id")  # Orange's ids say when they were made
    if now is not None and day is not None and day > now.astimezone(_LOCAL).date():
        raise Unreadable("bad_date")
    return Receipt(
        operator="orange_money" if made is not None else "mtn_momo",
        reference=reference,
        amount=amount,
        payer_name=ends.name,
        payer=ends.number,
        payee_name=ends.payee_name,
        payee=ends.payee,
        day=day,
        at=at,
        deposit=match.re is kinds.DEPOSIT,
        oddities=oddities,
    )
