"""`python -m nlu.evaluate`: measure the trained model on messages nobody trained on.

Every message of tests/understanding/ that is no trainer's phrase is parsed by the real model,
in-process; the trainers' phrases are cross-validated. The full report goes to
reports/understanding.md and .html, some lines in plain words to the screen. It ends with 1 when a
bar of nlu.bars is missed, or when a figure fell too far below the last accepted result.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

os.environ.setdefault("PYTHONWARNINGS", "ignore")  # for the processes of the cross-validation
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

import yaml

from nlu import accepted, bars, page, report
from nlu.measure import Answer, Case, answer_of, unmarked, unseen
from nlu.phrases import phrase_files, phrases
from nlu.report import Measured

ROOT = Path(__file__).resolve().parent.parent


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
            answers.append(answer_of(case, parsed, time.perf_counter() - started))
        return answers

    return asyncio.run(parse_all())


def component_settings(config: Path) -> Dict[str, Dict[str, Any]]:
    """What config.yml sets of the two components that learn, by class name, with the defaults."""
    from nlu.components import EntityReader, TwoViewClassifier

    settings: Dict[str, Dict[str, Any]] = {}
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    for kind in (EntityReader, TwoViewClassifier):
        mine = next(part for part in pipeline if part["name"].endswith(kind.__name__))
        own = {name: value for name, value in mine.items() if name != "name"}
        settings[kind.__name__] = {**kind.get_default_config(), **own}
    return settings


def cross_validated(config: Path, data: Path) -> Tuple[List[Answer], List[Answer]]:
    """The phrases below `data`, cross-validated with the settings of `config`; see nlu.cross."""
    from nlu.cross import cross_validate

    said = []
    for phrase in phrases(data):
        text, spans = unmarked(phrase.marked)
        said.append(Case(text, phrase.intent, "", tuple(spans)))
    return cross_validate(said, component_settings(config))


def write(measured: Measured, file: Path) -> Path:
    """Write the report to `file` (.md), pictures and the page beside it; the path of the page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    names = f"{file.stem}.svg", f"{file.stem}-cross.svg"
    drawn = {
        names[0]: page.picture(measured.answers, "Unseen messages"),
        names[1]: page.picture(measured.by_marks, "Cross-validation of the phrases"),
    }
    for name, svg in drawn.items():
        (file.parent / name).write_text(svg, encoding="utf-8")
    text = report.markdown(measured, *(name if drawn[name] else None for name in names))
    file.write_text(text, encoding="utf-8")
    html = file.with_suffix(".html")
    html.write_text(page.page(text, drawn), encoding="utf-8")
    return html


def judge(measured: Measured, kept: Path, accept: bool = False) -> int:
    """Say what is too low or has fallen; the exit status. With `accept`, a result that misses no
    bar is kept in the file `kept` as the accepted one, though it fell."""
    faults = bars.missed(measured.figures)
    if measured.before and not accept:
        faults += bars.fallen(measured.figures, measured.before.figures)
    for fault in faults:
        print(fault)
    if accept and not faults:
        accepted.write(kept, measured.figures, measured.answers, measured.cross)
        print(f"Accepted: later results are compared with this one ({kept.name}).")
    elif accept:
        print("Not accepted.")
    return int(bool(faults))


def main(arguments: Sequence[str]) -> int:
    """Measure, write the report, print its gist, judge. The exit status: 1 as said above, without
    a model, or without messages."""
    parser = argparse.ArgumentParser(prog="nlu.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "lebailleur.tar.gz")
    parser.add_argument("--messages", type=Path, default=ROOT / "tests" / "understanding")
    parser.add_argument("--report", type=Path, default=ROOT / "reports" / "understanding.md")
    parser.add_argument("--no-cross-validation", action="store_true")
    parser.add_argument("--accept", action="store_true", help="compare later results with this one")
    options = parser.parse_args(arguments)
    # What libraries say of one another tells a trainer nothing, and some undo `-W ignore`.
    warnings.showwarning = lambda *_, **__: None
    sets = unseen(phrase_files(options.messages), ROOT / "data" / "nlu")
    if not any(sets.values()):
        print(f"There are no messages in {options.messages}.")
        return 1
    kept = options.messages / "accepted.json"
    try:
        before = accepted.read(kept)
        by_marks, read = [], []
        if not options.no_cross_validation:
            print("Cross-validating the phrases (a minute or two) …", flush=True)
            by_marks, read = cross_validated(ROOT / "config.yml", ROOT / "data" / "nlu")
        answers = ask(options.model, [case for part in sets.values() for case in part])
    except (FileNotFoundError, ValueError) as problem:
        print(f"Not measured: {problem}")
        return 1
    parts, at = {}, 0
    for name, part in sets.items():
        parts[name] = answers[at : at + len(part)]
        at += len(part)
    threshold = bars.asking_threshold(ROOT / "config.yml")
    measured = Measured(
        parts,
        bars.figures(answers, threshold),
        threshold,
        before,
        before and accepted.changes(answers, before),
        by_marks,
        read,
    )
    html = write(measured, options.report)
    print(report.gist(measured))
    print(f"The whole report: {options.report} (for the browser: {html.name})")
    return judge(measured, kept, options.accept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
