"""What a measurement is held to, and how it is told."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nlu import accepted, bars, page, report, tables
from nlu.bars import Figures
from nlu.evaluate import judge
from nlu.measure import Answer
from nlu.report import Measured
from tests.nlu.answers import PAUL, answer

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"intents": 0.97, "entities": 0.96, "both": 0.9}
HELD = Figures(954, **GOOD, languages={"en": GOOD, "fr": GOOD}, sure=0.99, offered=0.96)


def measured(figures: Figures, *answers: Answer, **more: Any) -> Measured:
    return Measured({"voices": list(answers) or [answer("record_payment")]}, figures, 0.4, **more)


def compared(tmp_path: Path, then: list[Answer], now: list[Answer]) -> Measured:
    file = tmp_path / "accepted.json"
    accepted.write(file, bars.figures(then, 0.4), then)
    before = accepted.read(file)
    assert before is not None
    changes = accepted.changes(now, before)
    return measured(bars.figures(now, 0.4), *now, before=before, changes=changes)


def accept(before: Figures) -> dict[str, Any]:
    return {"before": accepted.Accepted(before, {})}


def test_a_result_that_holds_every_bar_passes(tmp_path: Path, capsys: Any) -> None:
    assert judge(measured(HELD), tmp_path / "accepted.json") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (replace(HELD, intents=0.949), "wishes understood: 94.9 %, it must be at least 95.0 %"),
        (replace(HELD, entities=0.929), "names, sums, days and the like (F1): 92.9 %"),
        (replace(HELD, both=0.84), "wish and details both right: 84.0 %"),
        (replace(HELD, languages={"fr": {**GOOD, "intents": 0.92}}), "French: wishes understood"),
        (replace(HELD, languages={"en": {**GOOD, "entities": 0.90}}), "English: names, sums"),
        (replace(HELD, sure=0.979), "answered at once, and rightly: 97.9 %"),
        (replace(HELD, offered=0.9), "asked, with the right meaning among the options: 90.0 %"),
    ],
)
def test_a_bar_that_is_missed_is_named(
    tmp_path: Path, capsys: Any, figures: Figures, said: str
) -> None:
    assert judge(measured(figures), tmp_path / "accepted.json") == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("Too low: ")
    assert said in line


def test_at_the_bar_is_enough_and_a_language_may_be_two_points_below(tmp_path: Path) -> None:
    low = {"intents": 0.93, "entities": 0.91, "both": 0.83}
    just = Figures(100, 0.95, 0.93, 0.85, {"en": low, "fr": low}, 0.98, 0.95)
    assert judge(measured(just), tmp_path / "accepted.json") == 0


@pytest.mark.parametrize("what", ["intents", "entities", "both"])
def test_a_fall_by_more_than_a_point_fails(tmp_path: Path, capsys: Any, what: str) -> None:
    before = replace(HELD, **{what: GOOD[what] + 0.011})
    assert judge(measured(HELD, **accept(before)), tmp_path / "accepted.json") == 1
    assert capsys.readouterr().out.startswith("Fallen: ")


@pytest.mark.parametrize("change", [-0.01, 0.0, 0.05])
def test_a_small_fall_or_a_gain_passes(tmp_path: Path, change: float) -> None:
    before = replace(HELD, intents=HELD.intents - change)
    assert judge(measured(HELD, **accept(before)), tmp_path / "accepted.json") == 0


def test_accepting_keeps_the_result_though_it_fell(tmp_path: Path) -> None:
    kept = tmp_path / "accepted.json"
    before = replace(HELD, both=0.99)
    assert judge(measured(HELD, **accept(before)), kept, accept=True) == 0
    found = accepted.read(kept)
    assert found is not None
    assert found.figures == HELD
    assert found.messages == {"Paul paid 30k": "right"}


def test_what_misses_a_bar_is_not_accepted(tmp_path: Path, capsys: Any) -> None:
    kept = tmp_path / "accepted.json"
    assert judge(measured(replace(HELD, both=0.5)), kept, accept=True) == 1
    assert "Not accepted." in capsys.readouterr().out
    assert not kept.exists()


def test_damage_to_the_accepted_result_is_said(tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    assert accepted.read(file) is None
    for text in ("{", "{}", json.dumps({"cross_validation": None, "figures": {}, "messages": {}})):
        file.write_text(text)
        with pytest.raises(ValueError, match=r"accepted.json is damaged .* ACCEPT=1"):
            accepted.read(file)


def test_figures_are_of_languages_and_of_what_is_asked() -> None:
    answers = [
        answer("record_payment"),
        answer("record_payment", [PAUL], language="fr"),
        answer("greet", sure=0.3, language="mix"),
        answer("record_payment", sure=0.3, language="fr"),
    ]
    found = bars.figures(answers, 0.4)
    assert (found.messages, found.intents, found.both) == (4, 0.75, 0.5)
    assert found.languages["en"]["intents"] == found.languages["fr"]["intents"] == 1
    assert found.languages["fr"]["both"] == 0.5
    assert (found.sure, found.offered) == (1.0, 0.5)
    assert bars.figures(answers, 0.0).offered is None


def test_the_threshold_is_that_of_the_pipeline(tmp_path: Path) -> None:
    assert 0 < bars.asking_threshold(ROOT / "config.yml") < 1
    (tmp_path / "config.yml").write_text("pipeline:\n- name: nlu.components.WordTokenizer\n")
    assert bars.asking_threshold(tmp_path / "config.yml") == 0


def test_the_report_says_what_was_measured() -> None:
    answers = [answer("greet", [PAUL]), answer("record_payment")]
    found = measured(bars.figures(answers, 0.4), *answers)
    text = report.markdown(found)
    assert "| all | 2 | 50.0 % | 0.857 | 50.0 % |" in text
    assert "| English: wishes understood | 93.0 % | 50.0 % | MISSED |" in text
    assert "- **record_payment** as **greet**, 1: Paul paid 30k (0.90)\n" in text
    assert "Paul paid 30k · missed: 30k (amount)" in text
    assert "| record_payment | 2 | 1.000 | 0.500 | 0.667 |" in text
    assert "| 0.4 (asks below it now) | 100.0 % | 50.0 % | – |" in text
    assert "Expected calibration error: 40.0 points." in text
    assert "Nothing was accepted yet" in text
    assert "Cross-validation" not in text
    assert 5 <= len(report.gist(found).splitlines()) <= 8


def test_the_report_says_what_changed(tmp_path: Path) -> None:
    marie, joe = "Marie paid", "Joe paid"
    then = [answer("record_payment"), answer("greet", (), marked=marie)]
    now = [
        answer("greet"),
        answer("record_payment", (), marked=marie),
        answer("record_payment", (), marked=joe),
    ]
    found = compared(tmp_path, then, now)
    text = report.markdown(found)
    assert "| unseen messages | intents | 50.0 % | 66.7 % | +16.7 |" in text
    assert "Became wrong: 1.\n\n- Paul paid 30k · taken for greet\n" in text
    assert "Became right: 1.\n\n- Marie paid · right\n" in text
    assert "1 messages were not measured then." in text
    assert "1 messages became wrong, 1 right, 1 are new." in report.gist(found)


def test_the_report_tells_of_the_cross_validation() -> None:
    by_marks = [answer("record_payment"), answer("greet")]
    found = measured(HELD, by_marks=by_marks, read=[answer("record_payment", [PAUL])])
    text = report.markdown(found, "a.svg", "b.svg")
    assert "| with marks given | 2 | 50.0 % | – | – |" in text
    assert "| read from end to end | 1 | 100.0 % | 0.667 | 0.0 % |" in text
    assert "](b.svg)" in text
    assert "Of the 2 phrases themselves, 50.0 % are understood" in report.gist(found)


def test_what_people_wrote_stays_text() -> None:
    nasty = "*a* _b_ [x](y) <script>alert(1)</script> | ~~c~~ `d` #1 5\\6 add_tenant"
    html = page.page("\n".join(tables.table(("said",), [(nasty,)])), {})
    shown = "*a* _b_ [x](y) &lt;script&gt;alert(1)&lt;/script&gt; | ~~c~~ `d` #1 5\\6 add_tenant"
    assert f"<td>{shown}</td>" in html


def test_the_page_carries_its_pictures() -> None:
    html = page.page("![a <b>](one.svg)", {"one.svg": "<?xml?>\n<svg><g/></svg>"})
    assert "<figure><svg><g/></svg><figcaption>a &lt;b&gt;</figcaption></figure>" in html
    assert "<img" not in html
    assert 'name="viewport"' in html


def test_our_model_holds_the_bars(tmp_path: Path) -> None:
    """The real model on the real messages, compared with the accepted result."""
    done = subprocess.run(
        [
            *(ROOT / ".venv-rasa" / "bin" / "python", "-W", "ignore", "-m", "nlu.evaluate"),
            *("--no-cross-validation", "--report", tmp_path / "understanding.md"),
        ],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    assert "unseen messages" in done.stdout
    html = (tmp_path / "understanding.html").read_text(encoding="utf-8")
    assert "<svg" in html
    assert "understood as" in html
