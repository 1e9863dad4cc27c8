"""The pieces of the pipeline as Rasa 3.6 graph components: words, entities, intents.

The thinking is in text, rules, reader, multiply and intents, which know nothing of Rasa.
"""

import random
from typing import Any, Dict, List, Optional, Tuple

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import multiply
from nlu.intents import TwoViews
from nlu.reader import Reader
from nlu.rules import Span
from nlu.text import LONGEST, words

Component = DefaultV1Recipe.ComponentType
_LENGTH_OF_RANKING = 10


def _marked(message: Message) -> List[Span]:
    return [
        Span(e["start"], e["end"], e["entity"]) for e in message.get(ENTITIES) or [] if "start" in e
    ]


def _examples(training_data: TrainingData) -> List[Message]:
    return [m for m in training_data.nlu_examples if m.get(TEXT) and m.get(INTENT)]


@DefaultV1Recipe.register(Component.MESSAGE_TOKENIZER, is_trainable=False)
class WordTokenizer(Tokenizer):
    """Cuts messages into words for French and English (elision, "30.000frs", "room4")."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Rasa's settings about intents' names, unused."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """The words of `attribute`, with their offsets."""
        return [Token(w.text, w.start, w.end, lemma=w.norm) for w in words(message.get(attribute))]


@DefaultV1Recipe.register(Component.ENTITY_EXTRACTOR, is_trainable=True)
class EntityReader(GraphComponent, EntityExtractorMixin):
    """Marks entities, by rules and a CRF (see nlu.reader)."""

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        reader: Optional[Reader] = None,
    ) -> None:
        """`reader`: a taught one, or None before training."""
        self._config, self._storage, self._resource = config, storage, resource
        self._reader = reader or Reader(
            config["c1"], config["c2"], config["rounds"], config["spacy_model"]
        )

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Settings of the CRF, and the seed of what is random in multiplying phrases."""
        return {"c1": 0.1, "c2": 0.05, "rounds": 80, "spacy_model": "fr_core_news_sm", "seed": 7}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityReader":
        """An untaught reader."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "EntityReader":
        """The reader kept in the model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "reader.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Teach the reader the trainers' phrases and variations of them."""
        examples = [(m.get(TEXT), _marked(m)) for m in _examples(training_data)]
        more = multiply.multiplied(examples, random.Random(self._config["seed"]))
        self._reader.learn(more)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._reader, folder / "reader.joblib")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities that are read to each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [
                {
                    "entity": span.kind,
                    "start": span.start,
                    "end": span.end,
                    "value": text[span.start : span.end],
                }
                for span in self._reader.read(text)
            ]
            found = self.add_extractor_name(found)
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


@DefaultV1Recipe.register(Component.INTENT_CLASSIFIER, is_trainable=True)
class TwoViewClassifier(GraphComponent, IntentClassifier):
    """Ranks intents by a sentence embedding and by counts (see nlu.intents)."""

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        views: Optional[TwoViews] = None,
    ) -> None:
        """`views`: a taught classifier, or None before training."""
        self._config, self._storage, self._resource = config, storage, resource
        self._views = views or TwoViews(config["c_sentence"], config["c_counts"])

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Regularisation of the two regressions."""
        return {"c_sentence": 50.0, "c_counts": 30.0}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TwoViewClassifier":
        """An untaught classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TwoViewClassifier":
        """The classifier kept in the model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "views.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Teach the classifier the trainers' phrases (variations did not help it)."""
        messages = _examples(training_data)
        self._views.learn(
            [(m.get(TEXT), _marked(m)) for m in messages],
            [m.get(INTENT) for m in messages],
            list(range(len(messages))),
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._views, folder / "views.joblib")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set each message's intent and ranking; a message without a word wants nothing known."""
        for message in messages:
            text = (message.get(TEXT) or "")[:LONGEST]
            ranking: List[Tuple[str, float]] = []
            if words(text):
                ranking = self._views.rank(text, _marked(message))[:_LENGTH_OF_RANKING]
            named = [{"name": name, "confidence": share} for name, share in ranking]
            best = named[0] if named else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set("intent_ranking", named, add_to_output=True)
        return messages
