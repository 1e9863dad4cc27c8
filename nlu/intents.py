"""What a message wants: two views of it, each a logistic regression, their log-probabilities added.

The views: a sentence embedding, and counts of words and characters; both of the message with its
entities replaced by their kind. The sum is divided by a temperature found on held-out folds, so
that a confidence of 0.9 is right nine times in ten.
"""

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion

from nlu import embedding
from nlu.rules import Span
from nlu.text import LONGEST, words

_STAND_IN = {
    "tenant": "Paul",
    "unit": "room 4",
    "property": "Villa Rose",
    "amount": "50000",
    "period": "March",
    "date": "Friday",
    "months": "3 months",
    "phone": "677123456",
}


def masked(text: str, spans: Sequence[Span], stand_in: bool) -> str:
    """`text` with entities replaced: by an example of their kind (`stand_in`) or by its name."""
    text = text[:LONGEST]
    parts: List[str] = []
    at = 0
    for span in [*sorted(spans, key=lambda s: s.start), None]:
        between = text[at : span.start if span else len(text)]
        parts += [word.norm for word in words(between)] if not stand_in else [between.strip()]
        if span is not None:
            written = text[span.start : span.end]
            if stand_in:
                parts.append(_STAND_IN.get(span.kind, written))
            elif span.kind in _STAND_IN:
                parts.append(span.kind.upper())
            else:
                parts += [span.kind.upper(), *(word.norm for word in words(written))]
            at = span.end
    return " ".join(part for part in parts if part)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


class TwoViews:
    """The classifier. `learn` before `rank`."""

    def __init__(self, c_sentence: float = 50.0, c_counts: float = 30.0) -> None:
        """`c_sentence`, `c_counts`: inverse regularisation of the two regressions."""
        self.c_sentence = c_sentence
        self.c_counts = c_counts
        self.temperature = 1.0
        self.centre: Optional[np.ndarray] = None
        self.sentence: Any = None
        self.counts: Any = None
        self.vectors: Any = None
        self.intents: List[str] = []

    def _vectorizer(self) -> FeatureUnion:
        return FeatureUnion(
            [
                (
                    "words",
                    TfidfVectorizer(
                        token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True, lowercase=False
                    ),
                ),
                (
                    "chars",
                    TfidfVectorizer(
                        analyzer="char_wb",
                        ngram_range=(2, 5),
                        sublinear_tf=True,
                        min_df=2,
                        lowercase=False,
                    ),
                ),
            ]
        )

    def _unit(self, rows: np.ndarray) -> np.ndarray:
        centred = rows - self.centre
        return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)

    def _fit(self, rows: Optional[np.ndarray], counted: Any, labels: np.ndarray) -> None:
        self.counts = LogisticRegression(C=self.c_counts, solver="liblinear")
        self.counts.fit(counted, labels)
        self.sentence = None
        if rows is not None:
            self.sentence = LogisticRegression(C=self.c_sentence, max_iter=150, tol=1e-3)
            self.sentence.fit(rows, labels)
        self.intents = list(self.counts.classes_)

    def _scores(self, rows: Optional[np.ndarray], counted: Any) -> np.ndarray:
        scores = self.counts.predict_log_proba(counted)
        if self.sentence is not None and rows is not None:
            scores = scores + self.sentence.predict_log_proba(rows)
        return np.maximum(scores, -50.0)

    def learn(
        self,
        examples: Sequence[Tuple[str, Sequence[Span]]],
        intents: Sequence[str],
        groups: Sequence[int],
    ) -> None:
        """Train. `groups`: equal numbers for examples made of one phrase, kept in one fold."""
        labels = np.array(intents)
        plain = [masked(text, spans, False) for text, spans in examples]
        self.vectors = self._vectorizer().fit(plain)
        counted = self.vectors.transform(plain).tocsr()
        rows = None
        if embedding.available():
            shown = [masked(text, spans, True) for text, spans in examples]
            distinct = {text: i for i, text in enumerate(dict.fromkeys(shown))}
            raw = embedding.embed(list(distinct))
            self.centre = raw.mean(axis=0)
            rows = self._unit(raw)[[distinct[text] for text in shown]]
        self._calibrate(rows, counted, labels, np.array(groups))
        self._fit(rows, counted, labels)

    def _calibrate(
        self, rows: Optional[np.ndarray], counted: Any, labels: np.ndarray, groups: np.ndarray
    ) -> None:
        """Find the temperature at which held-out confidences are honest."""
        folds = min(3, len(set(groups)))
        if folds < 2 or len(set(labels)) < 2:
            return
        held: List[np.ndarray] = []
        right: List[np.ndarray] = []
        for train, test in GroupKFold(folds).split(labels, groups=groups):
            known = np.isin(labels[test], labels[train])
            if len(set(labels[train])) < 2 or not known.any():
                continue
            test = test[known]
            self._fit(None if rows is None else rows[train], counted[train], labels[train])
            scores = self._scores(None if rows is None else rows[test], counted[test])
            padded = np.full((len(test), len(set(labels))), -50.0)
            padded[:, : scores.shape[1]] = scores
            held.append(padded)
            place = {intent: i for i, intent in enumerate(self.intents)}
            right.append(np.array([place[label] for label in labels[test]]))
        if not held:
            return
        scores, answers = np.vstack(held), np.concatenate(right)

        def loss(temperature: float) -> float:
            log = _log_softmax(scores / temperature)
            return float(-log[np.arange(len(answers)), answers].mean())

        self.temperature = float(minimize_scalar(loss, bounds=(0.3, 6.0), method="bounded").x)

    def rank(self, text: str, spans: Sequence[Span]) -> List[Tuple[str, float]]:
        """Intents with calibrated confidences that sum to 1, best first."""
        counted = self.vectors.transform([masked(text, spans, False)])
        rows = None
        if self.sentence is not None and embedding.available():
            rows = self._unit(embedding.embed([masked(text, spans, True)]))
        shares = np.exp(_log_softmax(self._scores(rows, counted) / self.temperature))[0]
        ranked: Dict[str, float] = dict(zip(self.intents, map(float, shares)))
        return sorted(ranked.items(), key=lambda pair: -pair[1])
