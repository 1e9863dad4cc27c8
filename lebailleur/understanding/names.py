"""Which of the people a name means: parts, titles, word order, accents and slips allowed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from rapidfuzz.distance import OSA, Indel

from lebailleur.understanding.folding import LONGEST, fold, vocabulary, wordset

Tier = Literal["exact", "part", "fuzzy", "none"]


class Named(Protocol):
    """Anything that has a name: a tenant, a unit, a property."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scored[N: Named]:
    """One who may be meant, and how well the words fit (0 to 100)."""

    item: N
    score: float


@dataclass(frozen=True, slots=True)
class Match[N: Named]:
    """Who may be meant, best first, all of one tier.

    ``exact``: the whole name was said. ``part``: part of it, rightly spelt. ``fuzzy``: it was
    misspelt or more was said than the name holds, so whoever is found must be named in a question
    before anything is written. ``none``: nobody.
    """

    tier: Tier
    found: tuple[Scored[N], ...] = ()

    @property
    def only(self) -> N | None:
        """The one who is meant; None when nobody or several may be."""
        return self.found[0].item if len(self.found) == 1 else None


THRESHOLD = 0.8
"""Least likeness of two words for one to be a slip of the other.

Measured on 98 misspelt names and 120 pairs of different ones, all of Cameroon, by the author of
the rules, so an upper bound (`tests/understanding_values/name_pairs.tsv`):

==========  ====  ====  ====  ====  ====  ====  ====
threshold   0.70  0.76  0.79  0.80  0.82  0.84  0.90
slips seen    90    89    88    88    85    76    62
merged        12     4     2     2     1     1     0
==========  ====  ====  ====  ====  ====  ====  ====

What is merged is never silent: it is of the tier ``fuzzy``.
"""

_INITIAL = 0.99
"""The score of "P." for Paul; no likeness comes to this."""

_MOST_WORDS = 8

_CLOSE = 3.0
"""Points within which two misspelt finds are equally good."""

_GENDERS = vocabulary({"m": "mr m monsieur mister sir", "f": "mme madame mrs ms miss mlle"})
_FEMININE = re.compile(r"(?:ine|ina|ane|ette|elle)$")
_TITLES = wordset(
    "dr doctor docteur doc pr prof professor professeur pa pap papa ma mama mami mamie maman mum"
    " mummy mummie tantine tanti tata tonton uncle oncle auntie aunty aunt chief chef pastor"
    " pasteur rev reverend sister soeur sis brother frere bro alhaji alhadji hadja mere pere"
    " ing maitre the le la l"
) | set(_GENDERS)


def match[N: Named](text: str, candidates: Sequence[N]) -> Match[N]:
    """Those of the candidates whom `text` (a name as somebody wrote it) may mean."""
    said, said_gender = _told(text)
    if not said or len(text) > LONGEST or len(said) > _MOST_WORDS:
        return Match("none")
    tiers: dict[Tier, list[Scored[N]]] = {"exact": [], "part": [], "fuzzy": []}
    for each in candidates:
        name, gender = _told(each.name)
        tier, score = _fit(said, name)
        if tier in ("exact", "part") and {said_gender, gender} == {"m", "f"}:
            tier = "fuzzy"  # "Mr Ngo" may not silently become "Mme Ngo"
        if tier != "none":
            tiers[tier].append(Scored(each, score))
    if tiers["exact"] and len(said) == 1:
        # "Paul" is one man's whole name and part of another's: both may be meant.
        return best_first("exact" if not tiers["part"] else "part", tiers["exact"] + tiers["part"])
    for tier, found in tiers.items():
        if found:
            return best_first(tier, found)
    return Match("none")


def best_first[N: Named](tier: Tier, found: Iterable[Scored[N]]) -> Match[N]:
    """A match of these; of the misspelt only those that are as good as the best."""
    ranked = sorted(found, key=lambda each: -each.score)
    if tier == "fuzzy":
        ranked = [each for each in ranked if each.score >= ranked[0].score - _CLOSE]
    return Match(tier, tuple(ranked))


def likeness(said: str, name: str) -> float:
    """How much one folded word may be a slip of another: 1 the same, 0 certainly another.

    Figures are never slips. Words of up to four letters must sound the same, for "Ngo" and "Ngu",
    "Tabi" and "Tabe" are other families. A man's name is not a slip of a woman's (Paul, Paule).
    """
    if said == name:
        return 1.0
    if not (said.isalpha() and name.isalpha()) or _differ_in_gender(said, name):
        return 0.0
    sound, other = _sound(said), _sound(name)
    if sound == other:
        return 0.95
    if sound[:2] != other[:2] or min(len(said), len(name)) < 5:
        return 0.0
    return max(_similarity(said, name), _similarity(sound, other) - 0.02)


def _similarity(word: str, other: str) -> float:
    """1 less the share of slips; another letter in place of the right one counts as two.

    Letters that are missing, doubled or swapped are slips of the hand; an exchanged letter is
    mostly another name (Fotso, Fosso; Hamidou, Hamadou).
    """
    slips = OSA.distance(word, other)
    exchanged = Indel.distance(word, other) > slips and sorted(word) != sorted(other)
    return 1 - (slips + exchanged) / max(len(word), len(other))


def _told(text: str) -> tuple[list[str], str | None]:
    """The words of a name without titles, and the gender that a title tells."""
    words = re.findall(r"[^\W_]+", re.sub(r"'(?:s\b)?", "", fold(text)))
    kept = [word for word in words if word not in _TITLES]
    gender = next((_GENDERS[word] for word in words if word in _GENDERS), None)
    return kept or words, gender


def _fit(said: list[str], name: list[str]) -> tuple[Tier, float]:
    if sorted(said) == sorted(name) or "".join(said) == "".join(name):
        return "exact", 100.0
    left, scores = list(name), []
    for word in said:
        score, best = max(((_word_score(word, other), other) for other in left), default=(0.0, ""))
        if score >= THRESHOLD:
            left.remove(best)
            scores.append(score)
    unmatched = len(said) - len(scores)
    # Somebody may say more than the name holds, when all that it holds was said.
    if not scores or (unmatched and (left or unmatched > 1)):
        return "none", 0.0
    total = 100 * sum(scores) / len(said)
    if unmatched or any(score not in (1.0, _INITIAL) for score in scores):
        return "fuzzy", total
    # "P. Mbarga" is part of a name; "P." alone is nobody.
    return ("part", total - len(left)) if 1.0 in scores else ("none", 0.0)


def _word_score(said: str, name: str) -> float:
    one_is_initial = 1 in (len(said), len(name)) and said.isalpha() and said != name
    if one_is_initial:
        return _INITIAL if said[0] == name[0] else 0.0
    return likeness(said, name)


def _differ_in_gender(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if re.fullmatch(rf"{short}(?:{short[-1]})?[ea]", long) and short[-1] not in "aiouy":
        return True
    endings = [_FEMININE.search(each) for each in (word, other)]
    return len({each[0] if each else "" for each in endings}) > 1


@lru_cache(4096)
def _sound(word: str) -> str:
    """A rough spelling by ear, French and English alike."""
    for pattern, spelled in (
        (r"ph", "f"),
        (r"chr", "kr"),
        (r"m(?=[bp])", "n"),
        (r"eau|au", "o"),
        (r"ou", "u"),
        (r"qu?|ck|c(?![eiyh])", "k"),
        (r"c(?=[eiy])", "s"),
        (r"sh", "ch"),
        (r"[yj](?![aeou])|ie$", "i"),
        (r"z", "s"),
        (r"th", "t"),
        (r"(.)\1+", r"\1"),
    ):
        word = re.sub(pattern, spelled, word)
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
