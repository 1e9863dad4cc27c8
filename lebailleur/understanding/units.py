"""Which unit or property is meant: ``room 4`` = ``chambre 4`` = ``ch4`` = ``4``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lebailleur.understanding.folding import LONGEST, fold, vocabulary, wordset
from lebailleur.understanding.names import (
    THRESHOLD,
    Match,
    Named,
    Scored,
    Tier,
    best_first,
    likeness,
)
from lebailleur.understanding.numerals import number

_KINDS = vocabulary(
    {
        "room": "room rooms chambre chambres ch chbre chambr rm roum",
        "studio": "studio studios std",
        "flat": "flat flats appartement appartements appart app appt apt apartment apartments",
        "shop": "shop shops boutique boutiques magasin magasins store local bout",
        "office": "office offices bureau bureaux",
        "house": "house houses maison maisons home",
        "villa": "villa villas",
        "building": "building buildings immeuble immeubles batiment bloc block residence",
        "any": "unit units door porte portes logement place piece lot property propriete",
    }
)
# What one person calls a room another calls a studio; nobody calls a shop so.
_DWELLINGS = {"room", "studio", "flat", "house"}
_ANYWHERE = {"any", "house", "building"}
_FILLER = wordset(
    "the a le la les du de des of in at au my mon ma mes his son no num numero number nr is est c"
)


_SAME_GROUND = 0.9


@dataclass(frozen=True, slots=True)
class _Place:
    kinds: frozenset[str]
    labels: tuple[str, ...]
    words: tuple[str, ...]


def match_unit[N: Named](text: str, candidates: Sequence[N]) -> Match[N]:
    """Those of the units or properties that `text` may mean.

    Words of kind are the same in both languages; figures and letters ("4", "B2") must be the
    same, whatever else is. Tiers as in `names.Match`; a studio for a room is ``fuzzy``.
    """
    said = _place(text)
    if len(text) > LONGEST or not (said.kinds or said.labels or said.words):
        return Match("none")
    tiers: dict[Tier, list[Scored[N]]] = {"exact": [], "part": [], "fuzzy": []}
    for each in candidates:
        tier, score = _fit(said, _place(each.name))
        if tier != "none":
            tiers[tier].append(Scored(each, score))
    for tier, found in tiers.items():
        if found:
            return best_first(tier, found)
    return Match("none")


@lru_cache(4096)
def _place(text: str) -> _Place:
    told = re.sub(r"\b[dl]'|'", " ", fold(text))
    # "ch4" is a kind and a label, "b2", "b 2" and "b-2" are one label.
    told = re.sub(rf"\b({'|'.join(_KINDS)})(?=\d)", r"\1 ", told)
    told = re.sub(r"\bmini[ -]cite", "minicite", told)
    told = re.sub(r"\bn ?(?=\d)", "", told)
    told = re.sub(r"\b([a-z])[ -]?(?=\d)", r"\1", told)
    kinds: set[str] = set()
    labels: list[str] = []
    words: list[str] = []
    for word in re.findall(r"[^\W_]+", told):
        spelled = number(word) if word.isalpha() and len(word) > 1 else None
        is_letter = len(word) == 1 and (word not in _FILLER or bool(kinds))
        if word in _KINDS:
            kinds.add(_KINDS[word])
        elif is_letter or re.search(r"\d", word):
            labels.append(re.sub(r"(?<!\d)0+(?=\d)", "", word))
        elif spelled is not None and not words:
            labels.append(str(spelled))
        elif word not in _FILLER:
            words.append(word)
    return _Place(frozenset(kinds), tuple(labels), tuple(words))


def _fit(said: _Place, place: _Place) -> tuple[Tier, float]:
    if said.labels and said.labels != place.labels:
        return "none", 0.0
    kinds = _fit_of_kinds(said, place)
    if kinds == 0:
        return "none", 0.0
    left, scores = list(place.words), []
    for word in said.words:
        score, best = max(
            ((_word_likeness(word, other), other) for other in left), default=(0.0, "")
        )
        if score >= THRESHOLD:
            left.remove(best)
            scores.append(score)
    unmatched = len(said.words) - len(scores)
    if unmatched and not said.labels and not (scores and not left):
        return "none", 0.0
    likely = sum(scores) / len(said.words) if said.words else 1.0
    total = 100 * likely * kinds
    if unmatched or likely < 1 or kinds < _SAME_GROUND:
        return "fuzzy", total
    whole = not left and said.labels == place.labels and said.kinds == place.kinds
    return ("exact", 100.0) if whole else ("part", total - 1)


def _word_likeness(said: str, name: str) -> float:
    return 0.95 if said.rstrip("s") == name.rstrip("s") and said != name else likeness(said, name)


def _fit_of_kinds(said: _Place, place: _Place) -> float:
    """1 the same kind, 0.9 nothing against it, 0.8 another word for a dwelling, 0 another thing."""
    if said.kinds & place.kinds:
        return 1.0
    if not (said.labels or said.words):
        return 0.0
    if not said.kinds or not place.kinds or said.kinds <= _ANYWHERE or "any" in place.kinds:
        return _SAME_GROUND
    return 0.8 if said.kinds | place.kinds <= _DWELLINGS | {"villa", "building"} else 0.0
