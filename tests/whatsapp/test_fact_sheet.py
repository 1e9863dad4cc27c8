"""Each of the fact sheet's thirty tests (section 6) is there, named after its row."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
# Those of `rentals/` are named after the examples of rent accounting.
OF_THE_SHEET = ("whatsapp", "simulator", "journey", "conversation", "operating")


def test_every_row_has_a_test() -> None:
    code = "".join(
        path.read_text() for folder in OF_THE_SHEET for path in (TESTS / folder).glob("*.py")
    )
    named = {
        int(number)
        for numbers in re.findall(r"def test_((?:\d+_)+)", code)
        for number in numbers.strip("_").split("_")
    }
    dialogues = (TESTS / "conversations" / "bad_input.yml").read_text()
    titled = {int(number) for number in re.findall(r"title: (\d+),", dialogues)}
    assert named | titled >= set(range(1, 31))
