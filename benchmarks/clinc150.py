"""`make clinc150 FILE=data_small.json`: our classifier on a public data set.

FILE is one of CLINC150's JSON files (github.com/clinc/oos-eval, data/data_small.json for the
figures below): 150 intents of ten fields far from ours, and messages that are none of them. The
classifier is that of config.yml with its settings; the data set marks no entities, so of the reader
only the rules remain, as they would after `rasa train` on it.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu import embedding, rules
from nlu.bars import asking_threshold
from nlu.evaluate import component_settings
from nlu.intents import Ranking, TwoViews

CONFIG = Path(__file__).resolve().parent.parent / "config.yml"
OOS = "oos"
SPLITS = ("train", "val", "test", "oos_train", "oos_val", "oos_test")
# Larson et al., EMNLP 2019 (arXiv 1909.02027): data_small.json, oos-train.
PAPER = (
    ("Rasa", 0.889, 0.550),
    ("MLP on sentence embeddings", 0.915, 0.522),
    ("BERT", 0.964, 0.409),
)
Phrase = tuple[str, str]


@dataclass(frozen=True)
class Result:
    """How many in-scope messages got their intent, and how many others were told to be none."""

    in_scope: float
    recall: float


def load(file: Path) -> dict[str, list[Phrase]]:
    """The (text, intent) pairs of each split. ValueError when the file is not of that form."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return {name: [(str(text), str(intent)) for text, intent in kept[name]] for name in SPLITS}
    except (KeyError, TypeError, ValueError) as problem:
        raise ValueError(
            f"{file} is no file of CLINC150: it must hold {', '.join(SPLITS)},"
            f" each a list of [text, intent] ({problem!r})"
        ) from problem


def taught(settings: dict[str, Any], phrases: Sequence[Phrase]) -> TwoViews:
    """The classifier, trained on `phrases`."""
    views = TwoViews(**settings)
    texts, intents = zip(*phrases, strict=True)
    views.learn([(text, ()) for text in texts], intents, embed=embedding.embed)
    return views


def ranked(views: TwoViews, phrases: Sequence[Phrase]) -> list[Ranking]:
    """What it makes of each text."""
    return views.rank_all([(text, [s for s in rules.find(text) if s.sure]) for text, _ in phrases])


def said(ranking: Ranking, threshold: float) -> str:
    """The intent it settles on; `OOS` when it is not sure enough."""
    return ranking[0][0] if ranking[0][1] >= threshold else OOS


def result(phrases: Sequence[Phrase], rankings: Sequence[Ranking], threshold: float) -> Result:
    """In-scope accuracy and out-of-scope recall, as the paper counts them."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    for (_, intent), ranking in zip(phrases, rankings, strict=True):
        right[intent == OOS].append(said(ranking, threshold) == intent)
    return Result(*(sum(right[kind]) / max(len(right[kind]), 1) for kind in (False, True)))


def best_threshold(phrases: Sequence[Phrase], rankings: Sequence[Ranking]) -> float:
    """The threshold by which most of all these messages are right, in steps of a hundredth."""

    def hits(threshold: float) -> int:
        pairs = zip(phrases, rankings, strict=True)
        return sum(said(ranking, threshold) == intent for (_, intent), ranking in pairs)

    return max((step / 100 for step in range(100)), key=hits)


def main(arguments: Sequence[str]) -> int:
    """Train, measure, print; the exit status: 1 for a file of another form."""
    parser = argparse.ArgumentParser(prog="benchmarks.clinc150", description=__doc__)
    parser.add_argument("file", type=Path)
    file = parser.parse_args(arguments).file
    try:
        splits = load(file)
    except (OSError, ValueError) as problem:
        print(problem)
        return 1
    settings = component_settings(CONFIG)["TwoViewClassifier"]
    asking = asking_threshold(CONFIG)
    test = splits["test"] + splits["oos_test"]
    val = splits["val"] + splits["oos_val"]
    print(
        f"{file.name}: {len(splits['train'])} phrases,"
        f" {len({intent for _, intent in splits['train']})} intents"
    )
    rows = [(f"paper, oos-train: {name}", Result(*figures)) for name, *figures in PAPER]
    for name, phrases in (
        ("oos-train", splits["train"] + splits["oos_train"]),
        ("oos-threshold", splits["train"]),
    ):
        started = time.perf_counter()
        views = taught(settings, phrases)
        print(f"{name}: trained in {time.perf_counter() - started:.0f} s")
        answers = ranked(views, test)
        if name == "oos-train":
            rows.append(("ours, oos-train", result(test, answers, 0.0)))
            rows.append(
                (f"ours, oos-train, unsure below {asking:g}", result(test, answers, asking))
            )
        chosen = best_threshold(val, ranked(views, val))
        rows.append(
            (f"ours, {name}, unsure below {chosen:g} (by val)", result(test, answers, chosen))
        )
    print(f"{'':<48}{'in scope':>10}{'oos recall':>12}")
    for name, figures in rows:
        print(f"{name:<48}{figures.in_scope:>10.3f}{figures.recall:>12.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
