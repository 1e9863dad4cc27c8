"""`python -m benchmarks.understanding`: our pipeline beside the one that `rasa init` writes.

Both are trained on the same phrases and asked the same messages of tests/understanding/, one after
the other, as real Rasa servers over HTTP. DIET takes minutes for a few hundred phrases, therefore
`--phrases` takes a sample, the same for both.
"""

import argparse
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import requests
import yaml

from nlu.measure import Answer, Case, answer_of, both_right, f1, share, unseen
from nlu.phrases import Phrase, phrase_files, phrases

ROOT = Path(__file__).resolve().parent.parent
RASA = ROOT / ".venv-rasa" / "bin" / "rasa"
# What rasa 3.6's `rasa init` leaves to its defaults: the pipeline that it suggests.
RASA_INIT = """
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
- {name: DIETClassifier, epochs: 100, constrain_similarities: true}
- name: EntitySynonymMapper
- {name: ResponseSelector, epochs: 100, constrain_similarities: true}
- {name: FallbackClassifier, threshold: 0.3, ambiguity_threshold: 0.1}
"""
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_MAX_CACHE_SIZE": "0",  # else a second training is none
}
READY_WITHIN = 300.0
UNITS = (
    ("training", "s", 0),
    ("ready", "s", 1),
    ("memory", "MB", 0),
    ("middle", "ms a message", 1),
    ("slow", "ms, 95th percentile", 1),
    ("intents", "right", 3),
    ("entities", "F1", 3),
    ("both", "right", 3),
)


@dataclass(frozen=True)
class Figures:
    """Of one pipeline: seconds, MB, and shares of 1."""

    training: float
    ready: float
    memory: float
    middle: float
    slow: float
    intents: float
    entities: float
    both: float


def sample(number: int) -> list[Phrase]:
    """`number` of the trainers' phrases (0: all), of each intent its share; the same each time."""
    found = list(phrases(ROOT / "data" / "nlu"))
    if number:
        random.Random(7).shuffle(found)
        found = sorted(found[:number], key=lambda phrase: phrase.intent)
    return found


def write_project(folder: Path, pipeline: str, taught: Sequence[Phrase]) -> None:
    """A Rasa project in `folder` that only understands."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for phrase in taught:
        by_intent[phrase.intent].append(f"- {phrase.marked}\n")
    entries = [{"intent": name, "examples": "".join(lines)} for name, lines in by_intent.items()]
    (folder / "data").mkdir()
    nlu = yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True)
    (folder / "data" / "nlu.yml").write_text(nlu, encoding="utf-8")
    (folder / "config.yml").write_text(pipeline, encoding="utf-8")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    kept = {"version": "3.1", "intents": list(by_intent), "entities": domain["entities"]}
    (folder / "domain.yml").write_text(yaml.safe_dump(kept), encoding="utf-8")


@contextmanager
def server(folder: Path) -> Iterator[tuple[str, int, float]]:
    """Rasa with the model in `folder`: its address, its process, and after how many seconds it
    was ready. TimeoutError when it is not within READY_WITHIN."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    command = [RASA, "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port)]
    started = time.perf_counter()
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        while time.perf_counter() < started + READY_WITHIN:
            try:
                if requests.get(f"{address}/status", timeout=5).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.05)
        else:
            raise TimeoutError(f"Rasa was not ready within {READY_WITHIN:.0f} s")
        yield address, process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(30)


def ask(address: str, messages: Sequence[Case]) -> list[Answer]:
    """What the server at `address` understands, message by message."""
    answers = []
    with requests.Session() as session:
        for case in messages:
            started = time.perf_counter()
            answer = session.post(f"{address}/model/parse", json={"text": case.text}, timeout=60)
            took = time.perf_counter() - started
            answers.append(answer_of(case, answer.json(), took))
    return answers


def memory_of(process: int) -> float:
    """The resident memory of a process in MB (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def measure(pipeline: str, taught: Sequence[Phrase], messages: Sequence[Case]) -> Figures:
    """Train on `taught`, serve, ask `messages`. RuntimeError when Rasa does not train."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, pipeline, taught)
        started = time.perf_counter()
        trained = subprocess.run(
            [RASA, "train", "nlu"], cwd=folder, env=ENVIRONMENT, capture_output=True, check=False
        )
        training = time.perf_counter() - started
        if trained.returncode:
            raise RuntimeError(trained.stderr.decode()[-2000:])
        with server(folder) as (address, process, ready):
            ask(address, messages[:5])  # the first answers load what is loaded once
            answers = ask(address, messages)
            memory = memory_of(process)
    times = statistics.quantiles([1000 * a.seconds for a in answers], n=20)
    return Figures(
        training,
        ready,
        memory,
        times[9],
        times[18],
        share(answers, "intent_right"),
        f1(answers)[2],
        both_right(answers),
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Measure both and print them side by side."""
    parser = argparse.ArgumentParser(prog="benchmarks.understanding", description=__doc__)
    parser.add_argument("--phrases", type=int, default=400, help="0: all (DIET: hours)")
    options = parser.parse_args(arguments)
    files = phrase_files(ROOT / "tests" / "understanding")
    messages = list(chain.from_iterable(unseen(files, ROOT / "data" / "nlu").values()))
    taught = sample(options.phrases)
    print(f"Understanding: {len(taught)} phrases, {len(messages)} messages nobody trained on.")
    show("ours", measure((ROOT / "config.yml").read_text(encoding="utf-8"), taught, messages))
    show("rasa init", measure(RASA_INIT, taught, messages))


def show(name: str, figures: Figures) -> None:
    """Print a pipeline's figures as soon as they are there: the next one's may take long."""
    print(name)
    for what, unit, digits in UNITS:
        print(f"  {what + ', ' + unit:<28}{getattr(figures, what):>10.{digits}f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
