"""The words of `domain.yml`: each is used, in both languages, with the same blanks."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lebailleur.settings import ROOT

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text())
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]
SOURCES = "\n".join(
    path.read_text()
    for folder in ("actions", "data/rules")
    for path in sorted(Path(ROOT / folder).iterdir())
    if path.is_file()
)
# Built in code from a part that stands there: `utter_bad_{slot}`, `word_{kind}` …
BUILT = re.compile(r"f\"([a-z_]+)\{")


def is_used(name: str) -> bool:
    if re.search(rf"\b{name}\b", SOURCES) or name.startswith("utter_ask_"):
        return True
    prefixes = {prefix for prefix in BUILT.findall(SOURCES) if len(prefix) > 4}
    return any(name.startswith(prefix) for prefix in prefixes) or name in ERRORS


# Said by `say_error` for an error of this code.
ERRORS = {
    f"utter_{code}"
    for path in (ROOT / "lebailleur/rentals").glob("*.py")
    for code in re.findall(r'"([a-z_]+)"', path.read_text())
}


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_is_used(name: str) -> None:
    assert is_used(name), f"{name} is said nowhere"


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_speaks_both_languages(name: str) -> None:
    variations = RESPONSES[name]
    conditions = [each.get("condition") for each in variations]
    if len(variations) == 1:
        # One word for both: only where there are no words to translate.
        assert conditions == [None]
        assert re.fullmatch(r"(\*?\{name\}\*?|Wi-Fi)", variations[0]["text"])
        return
    french, english = variations
    assert french["condition"] == [{"type": "slot", "name": "language", "value": "fr"}]
    assert "condition" not in english
    assert blanks(french) == blanks(english)
    assert len(french.get("buttons", [])) == len(english.get("buttons", []))
    for ours, theirs in zip(french.get("buttons", []), english.get("buttons", []), strict=True):
        assert ours["payload"] == theirs["payload"]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_button_fits_whatsapp(name: str) -> None:
    for variation in RESPONSES[name]:
        titles = [each["title"] for each in variation.get("buttons", [])]
        assert len(set(titles)) == len(titles)
        assert all(len(title) <= 20 for title in titles), titles
        # Menus come in pages.
        assert len(titles) <= 10 or name.startswith("utter_menu")


def blanks(variation: dict[str, Any]) -> set[str]:
    return set(re.findall(r"(?<!\{)\{([a-z_]+)\}", variation.get("text", "")))
