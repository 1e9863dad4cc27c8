"""spaCy's guesses at names of people and places: a hint for the reader, for names no list has."""

import logging
from functools import lru_cache
from importlib import metadata
from typing import Any, List, Optional, Sequence

from nlu.remembered import remembered
from nlu.rules import Span
from nlu.text import LONGEST

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _model(package: str) -> Optional[Any]:
    try:
        import spacy

        # Only the recogniser of names is used; the rest would cost time and memory.
        unused = ("tok2vec", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer")
        return spacy.load(package, exclude=unused)
    except (ImportError, OSError) as problem:
        logger.warning("No guesses at names (%s): lists and surroundings must do.", problem)
        return None


def guesses(package: str, texts: Sequence[str]) -> List[List[Span]]:
    """For each text, what the spaCy model `package` takes for a name; nothing without it."""
    model = _model(package)
    if model is None:
        return [[] for _ in texts]
    return [
        [Span(e.start_char, e.end_char, e.label_, sure=False) for e in document.ents]
        for document in model.pipe(text[:LONGEST] for text in texts)
    ]


def guesses_for_training(package: str, texts: Sequence[str]) -> List[List[Span]]:
    """As `guesses`; what was guessed for the last training is remembered."""
    try:
        versions = f"{package} {metadata.version(package)}, spaCy {metadata.version('spacy')}"
    except metadata.PackageNotFoundError:
        return guesses(package, texts)
    return remembered("guesses", versions, texts, lambda new: guesses(package, new))
