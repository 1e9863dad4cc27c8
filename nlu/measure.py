"""Measuring understanding on marked messages: what is right, for whom, and what is confused."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Set, Tuple

import yaml

from nlu.rules import Span
from nlu.text import fold

LANGUAGES = {"en": "English", "fr": "French", "mix": "Pidgin, Camfranglais"}
FALLBACK = "nlu_fallback"
_MARK = re.compile(r"\[([^\]]+)\]\((\w+)\)")
# How many meanings are offered, and how likely one must be: as in actions/unclear.py.
MEANINGS, LEAST = 3, 0.08
Entity = Tuple[int, int, str]


@dataclass(frozen=True)
class Case:
    """A message, and what is meant by it."""

    text: str
    intent: str
    language: str
    spans: Tuple[Span, ...]


@dataclass(frozen=True)
class Answer:
    """What was understood of a case: the true ranking of intents, the entities, in how long."""

    case: Case
    ranking: Tuple[Tuple[str, float], ...]
    spans: Tuple[Span, ...]
    fallback: bool = False
    seconds: float = 0.0

    @property
    def intent(self) -> str:
        """The intent that came first; empty when there was none."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        """How sure it was, 0 to 1."""
        return self.ranking[0][1] if self.ranking else 0.0

    @property
    def intent_right(self) -> bool:
        """Whether the intent is the meant one."""
        return self.intent == self.case.intent

    @property
    def entities_right(self) -> bool:
        """Whether every entity was found, whole, and nothing else."""
        return _keys(self.spans) == _keys(self.case.spans)


def _keys(spans: Sequence[Span]) -> List[Entity]:
    return sorted((span.start, span.end, span.kind) for span in spans)


def unmarked(marked: str) -> Tuple[str, List[Span]]:
    """`[Paul](tenant) paid` → plain text and its entities. ValueError for a mark that is open."""
    spans: List[Span] = []
    parts: List[str] = []
    at = length = 0
    for match in _MARK.finditer(marked):
        parts += [marked[at : match.start()], match[1]]
        length += match.start() - at
        spans.append(Span(length, length + len(match[1]), match[2]))
        length += len(match[1])
        at = match.end()
    text = "".join(parts) + marked[at:]
    if "](" in text:
        raise ValueError(f"an entity's mark is not closed: {marked}")
    return text, spans


def cases(path: Path) -> List[Case]:
    """The messages of a file: below each intent, by language, one on each line after "- "."""
    found = []
    for intent, languages in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        for language, block in languages.items():
            for line in block.splitlines():
                text, spans = unmarked(line.removeprefix("- "))
                found.append(Case(text, intent, language, tuple(spans)))
    return found


def trained_on(folder: Path) -> Set[str]:
    """The folded texts of all trainers' phrases below `folder`."""
    phrases = set()
    for file in folder.rglob("*.y*ml"):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in entry.get("examples", "").splitlines():
                phrases.add(fold(unmarked(line.removeprefix("- ").strip())[0]))
    return phrases


def unseen(files: Sequence[Path], data: Path) -> Dict[str, List[Case]]:
    """The messages of each file, by its name without .yml, that are no trainer's phrase below
    `data`."""
    known = trained_on(data)
    return {
        file.stem: [case for case in cases(file) if fold(case.text) not in known] for file in files
    }


def answer_of(case: Case, parsed: Mapping[str, Any], seconds: float) -> Answer:
    """What Rasa's parse of a case says, Rasa's own fallback left out of the ranking."""
    ranking = tuple(
        (entry["name"], entry["confidence"])
        for entry in parsed["intent_ranking"]
        if entry["name"] != FALLBACK
    )
    spans = tuple(Span(e["start"], e["end"], e["entity"]) for e in parsed["entities"])
    return Answer(case, ranking, spans, parsed["intent"]["name"] == FALLBACK, seconds)


def share(answers: Sequence[Answer], what: str) -> float:
    """Which share of `answers` has the property `what`; 0 of none."""
    return sum(getattr(answer, what) for answer in answers) / max(len(answers), 1)


def both_right(answers: Sequence[Answer]) -> float:
    """Which share has intent and all entities right."""
    return sum(a.intent_right and a.entities_right for a in answers) / max(len(answers), 1)


def f1(answers: Sequence[Answer], kind: str = "") -> Tuple[float, float, float, int]:
    """Precision, recall, F1 and number of entities of `kind` (all kinds when empty), exact. Where
    there is nothing to find and nothing was found, all was found."""
    hit = missed = extra = 0
    for answer in answers:
        meant = Counter(k for k in _keys(answer.case.spans) if not kind or k[2] == kind)
        found = Counter(k for k in _keys(answer.spans) if not kind or k[2] == kind)
        hit += sum((meant & found).values())
        missed += sum((meant - found).values())
        extra += sum((found - meant).values())
    if not hit + missed + extra:
        return 1.0, 1.0, 1.0, 0
    precision, recall = hit / max(hit + extra, 1), hit / max(hit + missed, 1)
    return precision, recall, 2 * hit / max(2 * hit + missed + extra, 1), hit + missed


def confusions(answers: Sequence[Answer]) -> Dict[Tuple[str, str], List[Answer]]:
    """Wrong answers by (meant, understood), the most frequent first."""
    pairs: Dict[Tuple[str, str], List[Answer]] = {}
    for answer in answers:
        if not answer.intent_right:
            pairs.setdefault((answer.case.intent, answer.intent), []).append(answer)
    return dict(sorted(pairs.items(), key=lambda item: -len(item[1])))


def scores(answers: Sequence[Answer], intent: str) -> Tuple[float, float, float, int]:
    """Precision, recall, F1 of `intent`, and how many messages mean it."""
    meant = sum(a.case.intent == intent for a in answers)
    named = sum(a.intent == intent for a in answers)
    hit = sum(a.intent == intent == a.case.intent for a in answers)
    return hit / max(named, 1), hit / max(meant, 1), 2 * hit / max(named + meant, 1), meant


def options(answer: Answer) -> List[str]:
    """The meanings that would be offered if it were not sure enough (actions/unclear.py; who asks
    is not known here, so none is left out for that)."""
    return [name for name, sure in answer.ranking if sure >= LEAST][:MEANINGS]


def calibration(answers: Sequence[Answer]) -> List[Tuple[float, List[Answer]]]:
    """The answers by tenths of confidence, each with its lower edge; no empty ones."""
    tenths: Dict[int, List[Answer]] = {}
    for answer in answers:
        tenths.setdefault(min(int(answer.confidence * 10), 9), []).append(answer)
    return [(tenth / 10, tenths[tenth]) for tenth in sorted(tenths)]


def calibration_error(answers: Sequence[Answer]) -> float:
    """How far confidence is from the share that is right, by tenths, weighed by their size."""
    apart = 0.0
    for _, group in calibration(answers):
        claimed = sum(a.confidence for a in group) / len(group)
        apart += abs(claimed - share(group, "intent_right")) * len(group)
    return apart / max(len(answers), 1)
