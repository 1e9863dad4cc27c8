"""`python -m nlu.evaluate`: measure the trained model on messages nobody trained on.

Every message of tests/understanding/ that is no trainer's phrase is parsed by the real model,
in-process. The full report goes
to reports/understanding.md, five lines in plain words to the screen.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from pathlib import Path
from typing import List, Sequence

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from nlu import report
from nlu.measure import Answer, Case, cases, trained_on
from nlu.rules import Span
from nlu.text import fold

ROOT = Path(__file__).resolve().parent.parent
FALLBACK = "nlu_fallback"


def ask(model: Path, messages: Sequence[Case]) -> List[Answer]:
    """What the model at `model` understands of `messages`. FileNotFoundError without a model."""
    if not model.is_file():
        # Rasa would silently take the newest other model of the folder.
        raise FileNotFoundError(f"no model at {model}: run `make train` first")
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    agent = Agent.load(str(model))

    async def parse_all() -> List[Answer]:
        answers = []
        for case in messages:
            started = time.perf_counter()
            parsed = await agent.parse_message(case.text)
            took = time.perf_counter() - started
            ranking = tuple(
                (entry["name"], entry["confidence"])
                for entry in parsed["intent_ranking"]
                if entry["name"] != FALLBACK
            )
            spans = tuple(Span(e["start"], e["end"], e["entity"]) for e in parsed["entities"])
            fallback = parsed["intent"]["name"] == FALLBACK
            answers.append(Answer(case, ranking, spans, fallback, took))
        return answers

    return asyncio.run(parse_all())


def main(arguments: Sequence[str]) -> int:
    """Measure, write the report, print its gist. Returns the exit status: 1 without messages."""
    parser = argparse.ArgumentParser(prog="nlu.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "lebailleur.tar.gz")
    parser.add_argument("--messages", type=Path, default=ROOT / "tests" / "understanding")
    parser.add_argument("--report", type=Path, default=ROOT / "reports" / "understanding.md")
    options = parser.parse_args(arguments)
    files = sorted(options.messages.glob("*.yml"))
    known = trained_on(ROOT / "data" / "nlu")
    sets = {file.stem: [c for c in cases(file) if fold(c.text) not in known] for file in files}
    if not any(sets.values()):
        print(f"There are no messages in {options.messages}.")
        return 1
    answers = ask(options.model, [case for part in sets.values() for case in part])
    parts, at = {}, 0
    for name, part in sets.items():
        parts[name] = answers[at : at + len(part)]
        at += len(part)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(report.markdown(parts), encoding="utf-8")
    print(report.gist(answers))
    print(f"The whole report: {options.report}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
