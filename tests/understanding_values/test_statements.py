"""Who paid what, when several are named in one message."""

import re

import pytest

from lebailleur.understanding.statements import Span, Statement, read_statements

KINDS = {
    "t": "tenant", "u": "unit", "h": "property", "a": "amount", "f": "fraction", "n": "months",
    "p": "period", "d": "date", "b": "bill", "m": "method",
}  # fmt: skip


def read(marked: str) -> list[Statement]:
    """`marked` has its spans as [words]k, with k the first letter of the kind."""
    text, spans, at = "", [], 0
    for match in re.finditer(r"\[([^]]+)\](\w)", marked):
        text += marked[at : match.start()]
        spans.append(Span(KINDS[match[2]], len(text), len(text) + len(match[1]), match[1]))
        text += match[1]
        at = match.end()
    return read_statements(text + marked[at:], spans)


def told(marked: str) -> list[str]:
    """Each statement as "people: what was said (what remains)"."""
    found = []
    for each in read(marked):
        shown = " ".join(span.text for span in each.subject) + ": "
        shown += " ".join(span.text for span in each.said)
        if each.rest:
            shown += " (" + " ".join(span.text for span in each.rest) + ")"
        found.append(shown)
    return found


@pytest.mark.parametrize(
    ("said", "statements"),
    [
        ("[Paul]t paid [50k]a", ["Paul: 50k"]),
        ("[50k]a for [March]p", [": 50k March"]),
        ("[Paul]t [50k]a, [Marie]t [30k]a, [Joe]t [25k]a", ["Paul: 50k", "Marie: 30k", "Joe: 25k"]),
        ("[Paul]t [50k]a\n[Marie]t [30k]a", ["Paul: 50k", "Marie: 30k"]),
        (
            "[A1]u et [A2]u ont payé [avril]p, [A3]u [la moitié]f",
            ["A1: avril", "A2: avril", "A3: la moitié avril"],
        ),
        ("[50k]a from [Paul]t, [30k]a from [Awa]t", ["Paul: 50k", "Awa: 30k"]),
        (
            "reçu [50k]a de [Paul]t et [30k]a de [Awa]t [hier]d par [momo]m",
            ["Paul: 50k momo hier", "Awa: 30k hier momo"],
        ),
        (
            "[hier]d [Paul]t a donné [50k]a et [Marie]t [30k]a",
            ["Paul: hier 50k", "Marie: 30k hier"],
        ),
        (
            "[Paul]t [50k]a and [Marie]t [30k]a for [April]p",
            ["Paul: 50k April", "Marie: 30k April"],
        ),
        ("[Paul]t paid [50k]a and [Marie]t paid [March]p", ["Paul: 50k", "Marie: March"]),
        ("[Paul]t in [room 4]u paid [50k]a", ["Paul room 4: 50k"]),
        ("[room 4]u, [room 5]u paid [March]p", ["room 4: March", "room 5: March"]),
        (
            "[room 4]u of [Villa Rose]h [50k]a and [room 1]u [20k]a",
            ["room 4 Villa Rose: 50k", "room 1: 20k"],
        ),
        (
            "[Paul]t paid [50k]a for [rent]b and [12500]a for [light]b",
            ["Paul: 50k rent", "Paul: 12500 light"],
        ),
        ("[Paul]t: [rent]b [50k]a, [light]b [12500]a", ["Paul: rent 50k", "Paul: light 12500"]),
        ("[Paul]t a payé [la lumière]b et [le loyer]b", ["Paul: la lumière", "Paul: le loyer"]),
        ("[Paul]t a payé [le loyer]b et [l'eau]b, [60 000]a", ["Paul: le loyer l'eau 60 000"]),
        (
            "[Marie]t a payé [loyer]b et [lumière]b: [50 000]a + [6 500]a",
            ["Marie: loyer 50 000", "Marie: lumière 6 500"],
        ),
        ("[Paul]t paid [march]p and [Marie]t too", ["Paul: march", "Marie: march"]),
        ("[Marie]t [mars]p et [avril]p [80 000]a", ["Marie: mars avril 80 000"]),
        (
            "[Marie]t [mars]p [50k]a, [avril]p [30k]a",
            ["Marie: mars 50k", "Marie: avril 30k"],
        ),
        (
            "[Paul]t [50k]a for [March]p and [30k]a for [April]p",
            ["Paul: 50k March", "Paul: 30k April"],
        ),
        ("[Paul]t paid [50k]a for [March]p and [April]p", ["Paul: 50k March April"]),
        ("[Paul]t gave [50k]a for [2 months]n", ["Paul: 50k 2 months"]),
        ("[Paul]t gave [20k]a, remaining [25k]a", ["Paul: 20k (25k)"]),
        ("[Paul]t a donné [20k]a il reste [30k]a pour [vendredi]d", ["Paul: 20k (30k vendredi)"]),
        ("il manque [10 000]a à [Paul]t pour finir [mai]p", ["Paul: mai (10 000)"]),
        ("[Paul]t paid [half]f, [the rest]f on [Friday]d", ["Paul: half (the rest Friday)"]),
        ("[Paul]t paid [the rest]f [yesterday]d", ["Paul: the rest yesterday"]),
    ],
)  # fmt: skip
def test_what_stands_beside_what(said: str, statements: list[str]) -> None:
    assert told(said) == statements


def test_one_sum_of_several_people_is_each_or_together() -> None:
    assert [each.together for each in read("[Paul]t and [Awa]t paid [50k]a")] == [True, True]
    assert not any(each.together for each in read("[Paul]t and [Awa]t paid [50k]a each"))
    assert not any(each.together for each in read("[Paul]t et [Awa]t ont payé [mars]p"))


def test_what_is_said_of_somebody_else_is_no_payment() -> None:
    paid, other = read("[Paul]t paid [50k]a and what about that thing with [Awa]t")
    assert (paid.unclear, other.unclear) == (False, True)
    assert not other.said
    assert not any(each.unclear for each in read("[Paul]t paid [50k]a and also [Awa]t"))


def test_no_more_than_a_list_is_looked_at() -> None:
    assert len(read(", ".join(f"[P{each}]t [1k]a" for each in range(100)))) == 30
