"""Cross-validation: how well trainers' phrases are understood by who learned only the others.

It shows which intents are hard to tell apart by their phrases. Its figures are lower than those of
tests/understanding/: trainers collect what is odd, and a fold lacks a quarter of it.
"""

import os
from collections import Counter
from typing import Any, Dict, List, Sequence, Set, Tuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedKFold

from nlu import embedding, multiply
from nlu.intents import Ranking, TwoViews, as_read, exemplified
from nlu.measure import Answer, Case
from nlu.reader import Reader
from nlu.rules import Span

FOLDS = 4
Settings = Dict[str, Dict[str, Any]]


def cross_validate(
    phrases: Sequence[Case], settings: Settings
) -> Tuple[List[Answer], List[Answer]]:
    """Of `phrases`: answers to all, with entities as marked (they tell of intents alone), and
    answers to one fold read from end to end. `settings`: of the two components, by class name.
    ValueError when an intent has fewer phrases than there are folds."""
    labels = np.array([phrase.intent for phrase in phrases])
    for intent, number in Counter(labels.tolist()).items():
        if number < FOLDS:
            raise ValueError(f"{intent} has only {number} phrases; it needs {FOLDS} to be measured")
    if embedding.available():
        # All at once before the folds, which then only look them up.
        embedding.embed_phrases([exemplified(c.text, as_read(c.text, c.spans)) for c in phrases])
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(labels, labels))
    # The fold that also learns to read takes longest, so it goes first.
    done = Parallel(n_jobs=min(FOLDS, os.cpu_count() or 1))(
        delayed(_fold)(
            [phrases[i] for i in taught], [phrases[i] for i in kept], settings, reads=number == 0
        )
        for number, (taught, kept) in enumerate(folds)
    )
    return [answer for by_marks, _ in done for answer in by_marks], done[0][1]


def _fold(
    taught: Sequence[Case], kept: Sequence[Case], settings: Settings, reads: bool
) -> Tuple[List[Answer], List[Answer]]:
    views = TwoViews(**settings["TwoViewClassifier"])
    views.learn([(c.text, c.spans) for c in taught], [c.intent for c in taught], calibrated=False)
    marked = [(c.text, as_read(c.text, c.spans)) for c in kept]
    rankings = views.rank_all(marked, embedding.embed_phrases)
    by_marks = _answers(kept, rankings, [case.spans for case in kept])
    if not reads:
        return by_marks, []
    config = dict(settings["EntityReader"])
    seed = config.pop("seed")
    reader = Reader(**config)
    reader.learn(multiply.multiplied([(c.text, list(c.spans)) for c in taught], seed))
    read = [reader.read(case.text) for case in kept]
    # Where it read what is marked, the ranking stands: sentences take time to embed.
    odd = [at for at, spans in enumerate(read) if _places(spans) != _places(marked[at][1])]
    if odd:
        for at, anew in zip(
            odd, views.rank_all([(kept[i].text, read[i]) for i in odd]), strict=True
        ):
            rankings[at] = anew
    return by_marks, _answers(kept, rankings, read)


def _places(spans: Sequence[Span]) -> Set[Tuple[int, int, str]]:
    return {(span.start, span.end, span.kind) for span in spans}


def _answers(
    kept: Sequence[Case], rankings: Sequence[Ranking], read: Sequence[Sequence[Span]]
) -> List[Answer]:
    return [
        Answer(case, tuple(ranking), tuple(found))
        for case, ranking, found in zip(kept, rankings, read, strict=True)
    ]
