# ruff: noqa: PT009, PT027 (the rasa environment has no pytest)
"""What needs the rasa environment: its python runs this with unittest (see test_in_rasa.py)."""

import asyncio
import contextlib
import io
import json
import logging
import os
import tempfile
import time
import unittest
from collections import namedtuple
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from unittest import mock

import numpy as np
import structlog
from jsonschema import Draft202012Validator, ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from benchmarks import clinc150
from nlu import action_results, cross, embedding, multiply, page, watching
from nlu.channel import LeBailleurInput
from nlu.components import EntityReader, TwoViewClassifier, WordTokenizer
from nlu.intents import TwoViews, exemplified, masked
from nlu.measure import Case, share, unmarked
from nlu.reader import Reader
from nlu.rules import Span
from nlu.text import words
from tests.nlu.answers import answer

Request = namedtuple("Request", "headers")
Response = namedtuple("Response", "status headers")
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
VIEWS = {"hidden": 64, "alpha": 0.03, "rounds": 60, "c_counts": 30, "sure_by_words": 0.9}
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


def setUpModule() -> None:
    """What is embedded here is kept in a folder of its own, not in place of the real phrases'."""
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    unittest.addModuleCleanup(os.chdir, os.getcwd())
    os.chdir(folder.name)


def reader() -> Reader:
    taught = Reader(0.1, 0.05, 60, "fr_core_news_sm")
    taught.learn(multiply.multiplied([phrase for phrase, _ in EXAMPLES], 1))
    return taught


def views() -> TwoViews:
    taught = TwoViews(**VIEWS)
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


class CrossValidationTest(unittest.TestCase):
    def test_every_phrase_is_understood_by_who_did_not_learn_it(self) -> None:
        said = [Case(text, intent, "", tuple(spans)) for (text, spans), intent in EXAMPLES]
        settings = {
            "TwoViewClassifier": VIEWS,
            "EntityReader": {
                "c1": 0.1,
                "c2": 0.05,
                "rounds": 40,
                "spacy_model": "fr_core_news_sm",
                "seed": 1,
            },
        }
        by_marks, read = cross.cross_validate(said, settings)
        self.assertEqual(sorted(a.case.text for a in by_marks), sorted(c.text for c in said))
        self.assertTrue(all(answer.entities_right for answer in by_marks))
        self.assertGreater(share(by_marks, "intent_right"), 0.5)
        self.assertLessEqual({a.case for a in read}, set(said))
        self.assertIn(len(read), (4, 5))

    def test_an_intent_of_few_phrases_is_named(self) -> None:
        said = [Case(f"hello {number}", "greet", "", ()) for number in range(3)]
        with self.assertRaisesRegex(ValueError, "greet has only 3 phrases"):
            cross.cross_validate(said, {})


class SureByWordsTest(unittest.TestCase):
    def test_the_sentence_is_asked_only_where_the_words_are_not_sure(self) -> None:
        taught, asked = views(), []

        def embed(texts: Sequence[str]) -> np.ndarray:
            asked.append(list(texts))
            return embedding.embed(texts)

        phrases = [("Paul a payé 30k", ()), ("combien doit Marie", ())]
        taught.sure_by_words = 1.1
        both = taught.rank_all(phrases, embed)
        self.assertEqual([len(each) for each in asked], [2])
        taught.sure_by_words = 0.0
        self.assertEqual(len(taught.rank_all(phrases, embed)), len(both))
        self.assertEqual(len(asked), 1)


class ClincTest(unittest.TestCase):
    """The benchmark on a file of CLINC150's form; the data set itself is not kept here."""

    def told(self, splits: object) -> tuple[int, str]:
        file = Path("data_small.json")
        file.write_text(json.dumps(splits), encoding="utf-8")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = clinc150.main([str(file)])
        return status, out.getvalue()

    def test_both_ways_are_measured_beside_the_papers_figures(self) -> None:
        said = [(text, intent) for (text, _), intent in EXAMPLES]
        other = [
            (text, "oos") for text in ("who won the match", "quel temps fait-il", "sing", "1+1")
        ]
        splits = {"oos_train": other, "oos_val": other, "oos_test": other}
        status, out = self.told({**splits, "train": said, "val": said, "test": said})
        self.assertEqual(status, 0)
        figures = {line[:48].strip(): line[48:].split() for line in out.splitlines()}
        self.assertEqual(figures["paper, oos-train: BERT"], ["0.964", "0.409"])
        in_scope, recall = map(float, figures["ours, oos-train"])
        self.assertGreater(in_scope, 0.8)  # they were learned
        self.assertGreater(recall, 0.4)
        self.assertTrue(any(name.startswith("ours, oos-threshold") for name in figures))

    def test_another_file_is_refused(self) -> None:
        for other in ({"train": []}, [1], {"train": [["only a text"]]}):
            status, out = self.told(other)
            self.assertEqual(status, 1)
            self.assertIn("is no file of CLINC150", out)


class PictureTest(unittest.TestCase):
    def test_confused_intents_are_drawn(self) -> None:
        svg = page.picture([answer("greet"), answer("record_payment"), answer("greet")], "Seen")
        for text in ("record_payment", "greet", "understood as", "Seen", ">2<", ">1<"):
            self.assertIn(text, svg)

    def test_nothing_is_drawn_where_nothing_is_confused(self) -> None:
        self.assertEqual(page.picture([answer("record_payment")], "Seen"), "")


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
            # Not speed, which is for benchmarks/: a search that explodes would take hours.
            self.assertLess(time.perf_counter() - started, 60, text[:20])
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


class WatchingTest(unittest.TestCase):
    """Rasa's log in our shape: with the message's id, without what was said."""

    def setUp(self) -> None:
        watching.watch()
        self.written = io.StringIO()
        logging.getLogger().handlers[0].setStream(self.written)

    def lines(self) -> list:
        return self.written.getvalue().splitlines()

    def test_an_action_server_that_quotes_the_request_is_not_quoted_in_the_log(self) -> None:
        heard = []

        class Quoting(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(self.headers["X-Inbox-Id"])
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(500)
                self.end_headers()
                self.wfile.write(b"request_body: Paul paid 50k")

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Quoting)
        Thread(target=server.serve_forever, daemon=True).start()
        action = RemoteAction("action_x", EndpointConfig(f"http://127.0.0.1:{server.server_port}"))

        async def turn() -> None:
            await watching._begin(Request({"X-Inbox-Id": "17"}))
            try:
                await action.run(None, None, None, None)
            except Exception:
                logging.getLogger("rasa.core.processor").exception("it failed")
            structlog.get_logger("rasa.core.channels.rest").error("failure", text="Paul paid 50k")
            await watching._end(None, response := Response(200, {}))
            self.assertEqual(json.loads(response.headers["X-Turn"]), {"actions": ["action_x"]})

        with mock.patch.object(RemoteAction, "_action_call_format", return_value={"a": "Paul"}):
            asyncio.run(turn())
        server.shutdown()
        server.server_close()
        self.assertEqual(heard, ["17"])
        written = self.written.getvalue()
        self.assertIn("ClientResponseError", written)
        self.assertNotIn("Paul", written)
        told = [each for each in self.lines() if "inbox_id=17" in each]
        self.assertEqual(len(told), 3, written)
        self.assertIn("rasa_turn_ended", told[-1])

    def test_what_comes_without_an_id_has_none(self) -> None:
        async def both() -> None:
            await watching._begin(Request({"X-Inbox-Id": "17"}))
            for given in ("+237677000001", "٣", "9" * 5000, ""):
                await watching._begin(Request({"X-Inbox-Id": given}))
                await watching._end(None, response := Response(200, {}))
                self.assertEqual(response.headers, {})

        asyncio.run(both())
        self.assertEqual(self.lines(), [])

    def test_what_was_asked_back_is_counted_by_its_likeliest_meaning(self) -> None:
        unsure = {"name": "nlu_fallback", "confidence": 0.6}
        ranking = [unsure, {"name": "greet", "confidence": 0.41}]
        self.assertEqual(
            watching.understood("hm", {"intent": unsure, "intent_ranking": ranking}),
            {"intent": "nlu_fallback", "likeliest": "greet", "confidence": 0.41},
        )
        tapped = {"intent": {"name": "affirm", "confidence": 1.0}}
        self.assertEqual(watching.understood("/affirm", tapped), {"intent": "affirm"})


class WholeNamesTest(unittest.TestCase):
    """A capital after a name belongs to it, unless it is a word of its own."""

    def setUp(self) -> None:
        self.reader = Reader(0.1, 0.05, 10, "fr_core_news_sm")
        self.reader.plain = frozenset({"bonjour"})

    def whole(self, text: str, name: str, *others: str) -> str:
        spans = [Span(text.index(o), text.index(o) + len(o), "unit") for o in others]
        span = Span(text.index(name), text.index(name) + len(name), "tenant")
        found = self.reader._whole(span, text, words(text), spans)
        return text[found.start : found.end]

    def test_the_rest_of_a_name_is_taken_along(self) -> None:
        said = "Enregistre Chantal Biyong dans la room 5"
        self.assertEqual(self.whole(said, "Chantal"), "Chantal Biyong")
        said = "J'ai reçu ça de Jean Paul Mvondo hier"
        self.assertEqual(self.whole(said, "Jean"), "Jean Paul Mvondo")

    def test_what_is_no_name_is_not(self) -> None:
        for said, name, *others in (
            ("Paul\nMarie", "Paul"),
            ("Paul, Marie", "Paul"),
            ("dis à Paul Bonjour", "Paul"),
            ("mets Paul Studio 4", "Paul", "Studio 4"),
            ("paul Mbarga", "paul"),
            ("Paul PAYE", "Paul"),
        ):
            with self.subTest(said=said):
                self.assertEqual(self.whole(said, name, *others), name)


class ActionResultsTest(unittest.TestCase):
    """The check of an answer is as strict as Rasa's; only the schema is not checked again."""

    def setUp(self) -> None:
        rasas = RemoteAction._validate_action_result
        self.addCleanup(setattr, RemoteAction, "_validate_action_result", rasas)
        action_results.check_schema_once()
        self.action = RemoteAction("action_menu", mock.Mock())

    def test_a_good_answer_passes_without_a_check_of_the_schema(self) -> None:
        with mock.patch.object(Draft202012Validator, "check_schema") as checked:
            event = {"event": "slot", "name": "about", "value": {"form": None}}
            answer = {"events": [event], "responses": [{"text": "Bonjour"}]}
            self.assertTrue(self.action._validate_action_result(answer))
        checked.assert_not_called()

    def test_a_wrong_answer_is_refused(self) -> None:
        for wrong in ({"events": [{"name": "no event"}]}, {"events": "none"}, {"responses": {}}):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError):
                self.action._validate_action_result(wrong)


if __name__ == "__main__":
    unittest.main()
