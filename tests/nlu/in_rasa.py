# ruff: noqa: PT009, PT027 (the rasa environment has no pytest)
"""What needs the rasa environment: its python runs this with unittest (see test_in_rasa.py)."""

import asyncio
import json
import os
import random
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sanic import Sanic

from nlu import embedding, multiply
from nlu.channel import LeBailleurInput
from nlu.components import EntityReader, TwoViewClassifier, WordTokenizer
from nlu.intents import TwoViews, exemplified, masked
from nlu.measure import unmarked
from nlu.reader import Reader

PHRASES = {
    "record_payment": """[Paul](tenant) paid [30k](amount)
[Marie](tenant) a payé [50 000](amount) pour [mars](period)
received [half](fraction) from [Mr Tabi](tenant)
[Brigitte](tenant) a versé le [loyer](bill) [hier](date)
[Paul](tenant) don pay [March](period)
j'ai reçu [20 000 F](amount) de [Talla](tenant)""",
    "check_balance": """how much does [Paul](tenant) owe
[Marie](tenant) doit combien ?
did [Mr Tabi](tenant) pay [March](period)?
est-ce que [Brigitte](tenant) a payé ?
je dois combien
what is my balance""",
    "greet": "hello\nbonjour\ngood morning\nsalut\nbonsoir\nhi there",
}
EXAMPLES = [(unmarked(p), i) for i, ps in PHRASES.items() for p in ps.splitlines()]
ODD = [
    "",
    " ",
    "😀😀",
    "…",
    "租金已付",
    "loyer " * 12_000,
    "1 " * 35_000,
    "9" * 70_000,
    "\x00\u202e",
]


def reader() -> Reader:
    taught = Reader(0.1, 0.05, 60, "fr_core_news_sm")
    taught.learn(multiply.multiplied([phrase for phrase, _ in EXAMPLES], random.Random(1)))
    return taught


def views() -> TwoViews:
    taught = TwoViews(50, 30)
    taught.learn([phrase for phrase, _ in EXAMPLES], [intent for _, intent in EXAMPLES])
    return taught


class ReaderTest(unittest.TestCase):
    def test_new_names_are_found_where_names_stand(self) -> None:
        text = "Nkwelle Zoubo a payé 45 000 pour avril"
        found = [(text[s.start : s.end], s.kind) for s in reader().read(text)]
        self.assertEqual(
            found, [("Nkwelle Zoubo", "tenant"), ("45 000", "amount"), ("avril", "period")]
        )

    def test_before_training_the_rules_speak_alone(self) -> None:
        (only,) = Reader(0.1, 0.05, 10, "fr_core_news_sm").read("Paul paid 45k")
        self.assertEqual(only.kind, "amount")

    def test_without_spacy_it_still_reads(self) -> None:
        taught = Reader(0.1, 0.05, 60, "no_such_package")
        taught.learn([phrase for phrase, _ in EXAMPLES])
        self.assertEqual([s.kind for s in taught.read("Paul paid 30k")], ["tenant", "amount"])


class ViewsTest(unittest.TestCase):
    def test_entities_are_replaced(self) -> None:
        phrase = unmarked("[Mme Ngo](tenant) a payé la [lumière](bill) de [mai](period)")
        self.assertEqual(masked(*phrase), "TENANT a paye la BILL lumiere de PERIOD")
        self.assertEqual(exemplified(*phrase), "Paul a payé la lumière de March")

    def test_ranking(self) -> None:
        ranking = views().rank(*unmarked("[Esther](tenant) a payé [10k](amount)"))
        self.assertEqual(ranking[0][0], "record_payment")
        self.assertAlmostEqual(sum(share for _, share in ranking), 1)
        self.assertEqual({intent for intent, _ in ranking}, set(PHRASES))

    def test_without_embeddings_it_still_ranks(self) -> None:
        both = views()
        with mock.patch.object(embedding, "available", return_value=False):
            alone = views()
            for taught in (alone, both):
                self.assertEqual(taught.rank("bonjour", [])[0][0], "greet")
        self.assertIsNone(alone.centre)


class ComponentsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = LocalModelStorage(Path(folder.name))

    def test_trained_kept_and_loaded(self) -> None:
        messages = []
        for (text, spans), intent in EXAMPLES:
            marks = [{"start": s.start, "end": s.end, "entity": s.kind} for s in spans]
            messages.append(Message({"text": text, "intent": intent, "entities": marks}))
        data = WordTokenizer.create(
            WordTokenizer.get_default_config(), self.storage, Resource("words"), None
        ).process_training_data(TrainingData(messages))
        loaded = []
        for kind in (EntityReader, TwoViewClassifier):
            resource = Resource(kind.__name__)
            config = kind.get_default_config()
            kind.create(config, self.storage, resource, None).train(data)
            loaded.append(kind.load(config, self.storage, resource, None))

        def parse(text: str) -> Message:
            message = Message({"text": text})
            for component in loaded:
                component.process([message])
            return message

        parsed = parse("Paul paid 40k")
        self.assertEqual(parsed.get("intent")["name"], "record_payment")
        self.assertEqual(
            [(e["entity"], e["value"], e["start"], e["end"]) for e in parsed.get("entities")],
            [("tenant", "Paul", 0, 4), ("amount", "40k", 10, 13)],
        )
        for text in ODD:
            started = time.perf_counter()
            odd = parse(text)
            self.assertLess(time.perf_counter() - started, 1, text[:20])
            self.assertIsInstance(odd.get("intent_ranking"), list)
        self.assertEqual(parse("😀").get("intent"), {"name": None, "confidence": 0.0})


async def _post(app: Sanic, path: str, body: dict, headers: dict) -> tuple:
    """Status and JSON of a POST, sent to the application itself."""
    sent = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(b"content-type", b"application/json")]
        + [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    async def send(part: dict) -> None:
        sent.append(part)

    await app(scope, receive, send)
    content = b"".join(part.get("body", b"") for part in sent)
    return sent[0]["status"], json.loads(content)


class ChannelTest(unittest.TestCase):
    def test_it_does_not_start_without_a_secret(self) -> None:
        with mock.patch.dict(os.environ):
            os.environ.pop("RASA_TOKEN", None)
            with self.assertRaisesRegex(ValueError, "RASA_TOKEN"):
                LeBailleurInput.from_credentials({})

    def test_only_who_knows_the_secret_is_heard(self) -> None:
        heard = []

        async def on_message(message: object) -> None:
            heard.append((message.sender_id, message.text, message.metadata))
            await message.output_channel.send_text_message(message.sender_id, "oui")

        with mock.patch.dict(os.environ, {"RASA_TOKEN": "a secret"}):
            channel = LeBailleurInput.from_credentials({})
        app = Sanic("channel_test")
        app.blueprint(channel.blueprint(on_message), url_prefix="/webhooks/lebailleur")
        body = {"sender": "p1", "message": "bonjour", "metadata": {"message_id": 7}}

        async def all_of_them() -> list:
            path = "/webhooks/lebailleur/webhook"
            await app._startup()
            given = [{}, {"X-Rasa-Token": "wrong"}, {"X-Rasa-Token": "a secret"}]
            return [await _post(app, path, body, headers) for headers in given]

        without, wrong, right = asyncio.run(all_of_them())
        self.assertEqual((without[0], wrong[0], right[0]), (401, 401, 200))
        self.assertEqual(right[1], [{"recipient_id": "p1", "text": "oui"}])
        self.assertEqual(heard, [("p1", "bonjour", {"message_id": 7})])


if __name__ == "__main__":
    unittest.main()
