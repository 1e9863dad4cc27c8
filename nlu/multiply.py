"""More phrases from the trainers' phrases, at training time: other names, places, sums, spelling."""

import random
import re
from typing import List, Sequence, Tuple

from nlu import lists
from nlu.rules import Span
from nlu.text import fold

Example = Tuple[str, List[Span]]

_SUMS = ("25k", "30 000", "45.000 frs", "50000", "60 mille", "75 000 FCFA", "12 500", "100k", "8500")


def _full_name(chance: random.Random) -> str:
    first, last = chance.choice(lists.of("first_names")), chance.choice(lists.of("surnames"))
    title = chance.choice(lists.of("titles"))
    return chance.choice([first, first, last, f"{first} {last}", f"{title} {last}", f"{title} {first}"])


def _other(kind: str, written: str, chance: random.Random) -> str:
    if kind == "tenant":
        return _full_name(chance)
    if kind == "amount" and any(c.isdigit() for c in written) and len(written) > 3:
        return chance.choice(_SUMS)
    if kind == "unit":
        return re.sub(r"\d+", lambda m: str(chance.randint(1, 24)), written)
    if kind == "property":
        places = [p for p in lists.of("places") if re.search(rf"\b{re.escape(p)}\b", written, re.I)]
        return written.replace(places[0], chance.choice(lists.of("places"))) if places else written
    return written


def exchanged(example: Example, chance: random.Random) -> Example:
    """The same phrase about other people, places and sums."""
    text, spans = example
    parts: List[str] = []
    moved: List[Span] = []
    at = length = 0
    for span in sorted(spans, key=lambda s: s.start):
        parts.append(text[at : span.start])
        length += span.start - at
        new = _other(span.kind, text[span.start : span.end], chance)
        moved.append(Span(length, length + len(new), span.kind))
        parts.append(new)
        length += len(new)
        at = span.end
    parts.append(text[at:])
    return "".join(parts), moved


def unaccented(example: Example, chance: random.Random) -> Example:
    """The same phrase in small letters without accents."""
    text, spans = example
    return fold(text), list(spans)


def mistyped(example: Example, chance: random.Random) -> Example:
    """The same phrase with one or two slips of the finger outside its entities, of equal length."""
    text, spans = example
    letters = list(text)
    free = [
        i
        for i in range(1, len(text) - 1)
        if text[i - 1 : i + 2].isalpha() and not any(s.start <= i + 1 and i - 1 < s.end for s in spans)
    ]
    for i in chance.sample(free, min(len(free), 1 + len(free) // 40)):
        letters[i], letters[i + 1] = letters[i + 1], letters[i]
    return "".join(letters), list(spans)


def multiplied(examples: Sequence[Example], chance: random.Random) -> List[Tuple[int, Example]]:
    """Every example and two more like it, each with the place of its original in `examples`."""
    more: List[Tuple[int, Example]] = []
    for index, example in enumerate(examples):
        more.append((index, example))
        more.append((index, exchanged(example, chance)))
        change = chance.choice([unaccented, mistyped])
        more.append((index, change(exchanged(example, chance), chance)))
    return more
