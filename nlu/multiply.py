"""More phrases from the trainers' phrases, at training time: other names, sums, spelling."""

import random
import re
from functools import lru_cache
from typing import Callable, Dict, List, Pattern, Sequence, Tuple

from nlu import lists
from nlu.rules import Span
from nlu.text import fold

Example = Tuple[str, List[Span]]
# The share of names that no list has: so that surroundings are learned, not lists.
_INVENTED = 0.3


def _invented(chance: random.Random) -> str:
    first, last = chance.choice(lists.of("surnames")), chance.choice(lists.of("first_names"))
    return (first[: 1 + len(first) // 2] + last[len(last) // 2 :].lower()).capitalize()


def _person(written: str, chance: random.Random) -> str:
    names = [chance.choice(lists.of(name)) for name in ("first_names", "surnames")]
    if chance.random() < _INVENTED:
        names[chance.randrange(2)] = _invented(chance)
    first, last = names
    title = chance.choice(lists.of("titles"))
    return chance.choice(
        [first, first, last, last, f"{first} {last}", f"{title} {last}", f"{title} {first}"]
    )


@lru_cache(maxsize=1)
def _places() -> Pattern[str]:
    names = sorted(lists.of("places"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def _elsewhere(written: str, chance: random.Random) -> str:
    return _places().sub(lambda _: chance.choice(lists.of("places")), written)


def _sum(written: str, chance: random.Random) -> str:
    if not re.search(r"\d", written) or len(written) < 3:
        return written
    thousands = chance.choice([*range(2, 100), 120, 150, 200, 250])
    rest = chance.choice(["000", "000", "000", "500"])
    form = chance.choice(["{}k", "{} {}", "{}.{}", "{},{}", "{}{}", "{} mille", "{} {} frs"])
    return (form + chance.choice(["", "", " FCFA"] if "k" not in form else [""])).format(
        thousands, rest
    )


def _unit(written: str, chance: random.Random) -> str:
    return re.sub(r"\d+", lambda _: str(chance.randint(1, 24)), written)


_OTHERS: Dict[str, Callable[[str, random.Random], str]] = {
    "tenant": _person,
    "property": _elsewhere,
    "amount": _sum,
    "unit": _unit,
}


def exchanged(example: Example, chance: random.Random) -> Example:
    """The same phrase about other people, houses and sums."""
    text, spans = example
    parts: List[str] = []
    moved: List[Span] = []
    at = length = 0
    for span in sorted(spans, key=lambda s: s.start):
        parts.append(_elsewhere(text[at : span.start], chance))
        length += len(parts[-1])
        written = text[span.start : span.end]
        new = _OTHERS[span.kind](written, chance) if span.kind in _OTHERS else written
        moved.append(Span(length, length + len(new), span.kind))
        parts.append(new)
        length += len(new)
        at = span.end
    parts.append(_elsewhere(text[at:], chance))
    return "".join(parts), moved


def unaccented(example: Example, chance: random.Random) -> Example:
    """The same phrase in small letters without accents."""
    text, spans = example
    return fold(text), list(spans)


def mistyped(example: Example, chance: random.Random) -> Example:
    """The same phrase with slips of the finger outside its entities, of equal length."""
    text, spans = example
    letters = list(text)
    free = [
        i
        for i in range(1, len(text) - 1)
        if text[i - 1 : i + 2].isalpha()
        and not any(s.start <= i + 1 and i - 1 < s.end for s in spans)
    ]
    for i in chance.sample(free, min(len(free), 1 + len(free) // 40)):
        letters[i], letters[i + 1] = letters[i + 1], letters[i]
    return "".join(letters), list(spans)


def multiplied(examples: Sequence[Example], seed: int) -> List[Example]:
    """Every example and two more like it, with other names and sums; the second with slips or
    in small letters. None twice: what has no entities would mostly be the same again. What is
    random hangs on `seed` and the example alone: it stays the same when others are added."""
    more: Dict[Tuple[str, Tuple[Span, ...]], Example] = {}
    for example in examples:
        chance = random.Random(f"{seed} {example[0]}")
        written = chance.choice((mistyped, unaccented))
        other, further = exchanged(example, chance), exchanged(example, chance)
        for each in (example, other, written(further, chance)):
            more.setdefault((each[0], tuple(each[1])), each)
    return list(more.values())
