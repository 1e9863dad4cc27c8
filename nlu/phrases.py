"""Checking the trainers' phrases before anything is trained: every fault, with its line and reason.

`python -m nlu.phrases` says what is wrong in data/nlu/ and in the marked messages of
tests/understanding/, and ends with 1 when something is.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Sequence, Set, Union

import yaml

from nlu.measure import LANGUAGES
from nlu.text import fold

_MARK = re.compile(r"\[(?P<words>[^\[\]]*)\]\((?P<kind>[^()]*)\)")
# What is left of a mark that is not as it must be: "[Paul](tenant", "Paul](tenant)",
# "[Paul] (tenant)", "[Paul(tenant)", "[Paul]{...}". A bracket alone may be meant.
_BROKEN = re.compile(r"\]\s*[({]|\[[^\[\]]*\(\w+\)")


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: `line` counts from 1; a `warning` does not stop the training."""

    file: Path
    line: int
    reason: str
    warning: bool = False

    def __str__(self) -> str:
        """As a trainer reads it."""
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Phrase:
    """A line of a file: its words with their marks, and what they are said to want."""

    file: Path
    line: int
    intent: str
    marked: str

    @property
    def text(self) -> str:
        """The words without marks."""
        return _MARK.sub(lambda mark: mark["words"], self.marked)


@dataclass(frozen=True)
class Known:
    """The names that may be used: of intents and of kinds of entities."""

    intents: Set[str]
    entities: Set[str]


def known(domain: Path) -> Known:
    """What `domain.yml` lists."""
    listed = yaml.safe_load(domain.read_text(encoding="utf-8"))
    return Known(_names(listed.get("intents")), _names(listed.get("entities")))


Found = Union[Phrase, Fault]


def phrase_files(folder: Path) -> List[Path]:
    """The files that Rasa reads below `folder`."""
    return sorted(file for file in folder.rglob("*") if file.suffix in (".yml", ".yaml"))


def phrases(folder: Path) -> List[Phrase]:
    """All phrases below `folder`, which `check` found right."""
    found = [each for file in phrase_files(folder) for each in _phrases(file, Known(set(), set()))]
    return [each for each in found if isinstance(each, Phrase)]


def check(files: Sequence[Path], names: Known) -> List[Fault]:
    """All faults of the trainers' `files` (as in data/nlu/), by file and line."""
    return _check(files, names, _phrases)


def check_messages(files: Sequence[Path], names: Known) -> List[Fault]:
    """All faults of files of marked messages (as in tests/understanding/), by file and line."""
    return _check(files, names, _messages)


def _check(
    files: Sequence[Path], names: Known, read: Callable[[Path, Known], Iterator[Found]]
) -> List[Fault]:
    faults: List[Fault] = []
    said: List[Phrase] = []
    for file in files:
        for found in read(file, names):
            if isinstance(found, Phrase):
                said.append(found)
            else:
                faults.append(found)
    for phrase in said:
        faults += (Fault(phrase.file, phrase.line, why) for why in _of_marks(phrase, names))
    faults += _twice(said)
    return sorted(faults, key=lambda each: (each.file, each.line))


def _names(listed: Any) -> Set[str]:
    return {next(iter(each)) if isinstance(each, dict) else str(each) for each in listed or ()}


def _composed(file: Path) -> Union[yaml.Node, Fault, None]:
    """The YAML of a file, with the lines; None when it is empty."""
    try:
        return yaml.compose(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return Fault(file, 1, "this is no plain text in UTF-8; save the file as UTF-8")
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        if "quoted" in (getattr(problem, "context", None) or ""):
            mark = problem.context_mark  # a quote that is not closed ends far from its fault
        why = getattr(problem, "problem", None) or "it cannot be read"
        line = mark.line + 1 if mark else 1
        return Fault(file, line, f"this is not YAML ({why}); look at spaces and quotes hereabouts")


def _phrases(file: Path, names: Known) -> Iterator[Found]:
    """The phrases of a trainers' file, and faults of its shape. No known intents: any will do."""
    document = _composed(file)
    if isinstance(document, Fault):
        yield document
        return
    top = _entries(document)
    if "nlu" not in top or not isinstance(top["nlu"], yaml.SequenceNode):
        yield Fault(file, 1, 'the file needs "nlu:" with a list of intents below it')
        return
    for node in top["nlu"].value:
        entry, line = _entries(node), node.start_mark.line + 1
        if "intent" not in entry or "examples" not in entry:
            yield Fault(file, line, 'each entry needs "intent: name" and, below it, "examples: |"')
            continue
        intent = str(entry["intent"].value)
        if names.intents and intent not in names.intents:
            yield Fault(file, line, f'there is no intent "{intent}" (see domain.yml)')
        yield from _block(file, line, intent, "examples:", entry["examples"])


def _messages(file: Path, names: Known) -> Iterator[Found]:
    """The messages of a file to measure on, and the faults of its shape."""
    document = _composed(file)
    if isinstance(document, Fault):
        yield document
        return
    if not isinstance(document, yaml.MappingNode):
        yield Fault(file, 1, "the file needs intents, below each the languages")
        return
    for key, languages in document.value:
        line, intent = key.start_mark.line + 1, str(key.value)
        if intent not in names.intents:
            yield Fault(file, line, f'there is no intent "{intent}" (see domain.yml)')
        if not isinstance(languages, yaml.MappingNode):
            yield Fault(file, line, f'below "{intent}:" the languages are needed, as "en: |"')
            continue
        for language, block in languages.value:
            line = language.start_mark.line + 1
            if language.value not in LANGUAGES:
                why = f'"{language.value}" is none of the languages {", ".join(LANGUAGES)}'
                yield Fault(file, line, why)
            yield from _block(file, line, intent, f"{language.value}:", block)


def _block(file: Path, line: int, intent: str, name: str, block: yaml.Node) -> Iterator[Found]:
    """The lines below `name: |`; `line` is the entry's."""
    if not isinstance(block, yaml.ScalarNode) or block.style != "|":
        why = f'"{name}" needs a "|" behind it, and the phrases below it'
        yield Fault(file, line, why)
        return
    for at, written in enumerate(block.value.splitlines(), block.start_mark.line + 2):
        if not written.strip():
            continue
        if not written.startswith("- ") and written.strip() != "-":
            yield Fault(file, at, 'a phrase begins with "- "')
        elif not written[2:].strip():
            yield Fault(file, at, "this phrase is empty")
        else:
            yield Phrase(file, at, intent, written[2:].strip())


def _entries(node: Any) -> Dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _of_marks(phrase: Phrase, names: Known) -> Iterator[str]:
    """What is wrong with the marks of one phrase."""
    for mark in _MARK.finditer(phrase.marked):
        words, kind = mark["words"], mark["kind"]
        before, after = phrase.marked[: mark.start()][-1:], phrase.marked[mark.end() :][:1]
        if kind not in names.entities:
            yield f'there is no entity "{kind}" (see domain.yml): {mark[0]}'
        if not words.strip():
            yield f"nothing is marked: {mark[0]}"
        elif words != words.strip():
            yield f"the mark takes in a space at its edge: {mark[0]}"
        elif (before.isalnum() and words[0].isalnum()) or (after.isalnum() and words[-1].isalnum()):
            yield f"the mark cuts a word: …{before}{mark[0]}{after}…"
    if _BROKEN.search(_MARK.sub("", phrase.marked)):
        yield "a mark is not closed, or has a slip; it is written [words](kind)"


def _twice(phrases: Sequence[Phrase]) -> Iterator[Fault]:
    """Phrases that stand under two intents; under one a second time, as a hint."""
    first: Dict[str, Phrase] = {}
    for phrase in phrases:
        seen = first.setdefault(" ".join(fold(phrase.text).split()), phrase)
        if seen is phrase:
            continue
        where = f"{seen.file.name}:{seen.line}"
        if seen.intent != phrase.intent:
            why = f'"{phrase.text}" stands under {phrase.intent} and under {seen.intent} ({where})'
            yield Fault(phrase.file, phrase.line, f"{why}; it can mean one thing only")
        else:
            why = f'"{phrase.text}" is there already ({where})'
            yield Fault(phrase.file, phrase.line, why, warning=True)


def told(faults: Sequence[Fault]) -> bool:
    """Print hints and faults; whether something must be mended."""
    wrong = [each for each in faults if not each.warning]
    for each in faults:
        print(f"{'Hint: ' if each.warning else ''}{each}")
    if wrong:
        print(f"{len(wrong)} to mend in the phrases; nothing was changed.")
    return bool(wrong)


def main() -> int:
    """Check, say what is wrong in plain words; 1 when something must be mended."""
    names = known(Path("domain.yml"))
    faults = check(phrase_files(Path("data", "nlu")), names)
    faults += check_messages(phrase_files(Path("tests", "understanding")), names)
    return int(told(faults))


if __name__ == "__main__":
    sys.exit(main())
