"""Entities with a closed form, found by rules: sums, days, months, phones, kinds, numbered units.

`find` gives spans over the original text. A *sure* span stands; an unsure one ("A3", "may", "rest")
is a hint, and the learned reader decides by its surroundings.
"""

from dataclasses import dataclass
from typing import Iterator, List, Tuple

from nlu.patterns import FORMS
from nlu.text import LONGEST, fold


@dataclass(frozen=True)
class Span:
    """An entity in a text: where, of what kind, and whether its form alone settles it."""

    start: int
    end: int
    kind: str
    sure: bool = True

    def overlaps(self, other: "Span") -> bool:
        """Whether both have a character in common."""
        return self.start < other.end and other.start < self.end


def _all(folded: str) -> Iterator[Tuple[int, Span]]:
    for form in FORMS:
        for match in form.pattern.finditer(folded):
            yield form.rank, Span(match.start(), match.end(), form.kind, form.sure)


def find(text: str) -> List[Span]:
    """The spans of closed form in `text`, left to right, not overlapping: by rank, then length."""
    ranked = sorted(
        _all(fold(text[:LONGEST])), key=lambda r: (-r[0], r[1].start - r[1].end, r[1].start)
    )
    taken: List[Span] = []
    for _, span in ranked:
        if not any(span.overlaps(other) for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)
