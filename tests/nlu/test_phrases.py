"""A wrong file of phrases is refused with the line and the reason, all of it at once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nlu.phrases import Known, check, check_messages, known, phrase_files, phrases, told

ROOT = Path(__file__).resolve().parents[2]
NAMES = Known({"greet", "thank", "record_payment"}, {"tenant", "amount", "bill"})
HEAD = 'version: "3.1"\nnlu:\n'


def faults_of(tmp_path: Path, *texts: str) -> list[str]:
    files = []
    for number, text in enumerate(texts):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(text, encoding="utf-8")
    return [f"{each.file.name}:{each.line}: {each.reason}" for each in check(files, NAMES)]


def greeting(*phrases: str, intent: str = "greet") -> str:
    lines = "".join(f"    - {phrase}\n" for phrase in phrases)
    return f"{HEAD}- intent: {intent}\n  examples: |\n{lines}"


def test_good_phrases_pass(tmp_path: Path) -> None:
    good = greeting(
        "hello", "[Paul](tenant) paid [30k](amount)", "facture d'[eau](bill), payée (oui)"
    )
    assert faults_of(tmp_path, good) == []


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("[Paul](tennant) paid", 'there is no entity "tennant"'),
        ("[Pau](tenant)l paid", "cuts a word"),
        ("paid by xx[Paul](tenant)", "cuts a word"),
        ("[ Paul](tenant) paid", "a space at its edge"),
        ("[](tenant) paid", "nothing is marked"),
        ("[Paul(tenant) paid [30k](amount)", "slip"),
        ("[Paul] (tenant) paid", "slip"),
        ('[Paul]{"entity": "tenant"} paid', "slip"),
        ("[Paul](tenant:Paul) paid", 'there is no entity "tenant:Paul"'),
        ("she said [sic] he paid", None),
        ("[Paul](tenant paid", "not closed"),
        ("Paul](tenant) paid", "not closed"),
        ("", "empty"),
    ],
)
def test_a_wrong_phrase_is_named_with_its_line(
    tmp_path: Path, phrase: str, reason: str | None
) -> None:
    found = faults_of(tmp_path, greeting("hello", phrase, intent="record_payment"))
    if reason is None:  # a bracket alone may be meant
        assert found == []
        return
    assert len(found) == 1
    assert found[0].startswith("0.yml:6: ")
    assert reason in found[0]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (HEAD + '- intent: "greet\n  examples: |\n    - hi\n', 3, "not YAML"),
        (HEAD + "- intent: greet\n   examples: |\n    - hi\n", 4, "not YAML"),
        ("- hello\n", 1, 'needs "nlu:"'),
        ("", 1, 'needs "nlu:"'),
        (HEAD + "- examples: |\n    - hi\n", 3, 'needs "intent: name"'),
        (HEAD + "- intent: greet\n  examples:\n  - hi\n", 3, 'needs a "|"'),
        (HEAD + "- intent: great\n  examples: |\n    - hi\n", 3, 'no intent "great"'),
        (HEAD + "- intent: greet\n  examples: |\n    - hi\n    hello\n", 6, 'begins with "- "'),
    ],
)
def test_a_wrong_file_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    [found] = faults_of(tmp_path, text)
    assert found.startswith(f"0.yml:{line}: ")
    assert reason in found


def test_a_phrase_means_one_thing(tmp_path: Path) -> None:
    [found] = faults_of(
        tmp_path, greeting("Merci  béaucoup"), greeting("merci [beaucoup](bill)", intent="thank")
    )
    assert found.startswith("1.yml:5: ")
    assert "under thank and under greet (0.yml:5)" in found


def test_said_twice_is_only_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "0.yml"
    path.write_text(greeting("hello", "Hello"))
    [hint] = check([path], NAMES)
    assert hint.warning


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    wrong = greeting("[Paul](tennant)", "hello", "[Ma](tenant)rie", "[x](y)")
    assert [each.split(":")[1] for each in faults_of(tmp_path, wrong, "nlu")] == [
        "5",
        "7",
        "8",
        "1",
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("greet:\n  en: |\n    - hi\n    - [Pau](tenant)l\n", 4, "cuts a word"),
        (
            "greet:\n  en: |\n    - hi\nthank:\n  fr: |\n    - Hi\n",
            6,
            "under thank and under greet",
        ),
        ("great:\n  en: |\n    - hi\n", 1, 'no intent "great"'),
        ("greet:\n  de: |\n    - hallo\n", 2, '"de" is none of the languages'),
        ("greet: |\n  - hi\n", 1, "the languages are needed"),
        ("greet:\n  en:\n  - hi\n", 2, 'needs a "|"'),
        ("- hi\n", 1, "needs intents"),
        ("greet: [\n", 2, "not YAML"),
    ],
)
def test_messages_to_measure_on_are_checked_too(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    file = tmp_path / "voices.yml"
    file.write_text(text)
    [found] = check_messages([file], NAMES)
    assert found.line == line
    assert reason in found.reason


def test_whatever_rasa_reads_is_checked(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "new.yaml").write_text(greeting("hi"))
    (tmp_path / "old.yml").write_text(greeting("hello"))
    (tmp_path / "notes.txt").write_text("hey")
    assert [file.name for file in phrase_files(tmp_path)] == ["new.yaml", "old.yml"]
    assert [(each.intent, each.text, each.line) for each in phrases(tmp_path)] == [
        ("greet", "hi", 5),
        ("greet", "hello", 5),
    ]


def test_a_hint_stops_nothing_and_is_said(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "0.yml").write_text(greeting("hello", "Hello"))
    assert not told(check(phrase_files(tmp_path), NAMES))
    assert capsys.readouterr().out.startswith(f"Hint: {tmp_path}/0.yml:6: ")


def test_our_own_messages_are_right() -> None:
    files = phrase_files(ROOT / "tests" / "understanding")
    faults = check_messages(files, known(ROOT / "domain.yml"))
    assert [str(each) for each in faults if not each.warning] == []


def test_our_own_phrases_are_right() -> None:
    faults = check(phrase_files(ROOT / "data" / "nlu"), known(ROOT / "domain.yml"))
    assert [str(each) for each in faults if not each.warning] == []


def test_training_refuses_wrong_phrases_and_keeps_the_model(tmp_path: Path) -> None:
    for each in ("scripts", "nlu", "data"):
        shutil.copytree(ROOT / each, tmp_path / each, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "domain.yml", tmp_path)
    (tmp_path / ".venv-rasa").symlink_to(ROOT / ".venv-rasa")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "lebailleur.tar.gz").write_text("the old one")
    talk = tmp_path / "data" / "nlu" / "talk.yml"
    talk.write_text(
        talk.read_text().replace("examples: |\n", "examples: |\n    - [Pau](tenant)l\n", 1)
    )
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    done = subprocess.run(
        [tmp_path / "scripts" / "train"],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "data/nlu/talk.yml:" in done.stdout
    assert "cuts a word" in done.stdout
    assert "the model stays as it was" in done.stdout
    assert (tmp_path / "models" / "lebailleur.tar.gz").read_text() == "the old one"
