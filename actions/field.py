"""One question of a form, and what an answer to it has told."""

from dataclasses import dataclass, field
from typing import Any

from actions.turn import Turn


@dataclass(frozen=True)
class Read:
    """What a field found in a message: a value, or what is wrong with what was said.

    `candidates` are those of whom the next question asks which one was meant. `also` fills
    other slots of the form from the same words.
    """

    value: Any = None
    problem: str | None = None
    blanks: dict[str, object] = field(default_factory=dict)
    candidates: list[Any] = field(default_factory=list)
    also: dict[str, Any] = field(default_factory=dict)


NOTHING = Read()


class Field:
    """One question of a form. `entities` are the kinds that an answer to it uses up, so that a
    day given as "last paid" is not taken for the first day too."""

    slot: str
    entities: frozenset[str] = frozenset()
    # More kinds that may stand in an answer, though another question of the form uses them up.
    also_answered_by: frozenset[str] = frozenset()
    # Whether any words may answer it (a name, an address), or only what can be read as a value.
    free_text = False
    # Whether its value is a lease, and so tells of whom the matter was.
    is_lease = False
    # Whether nothing is another matter: a message to be passed on may speak of anything.
    takes_anything = False

    @property
    def answered_by(self) -> frozenset[str]:
        """The kinds that may stand in an answer to it."""
        return self.entities | self.also_answered_by

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        """What a message says of it by itself, without having been asked."""
        return NOTHING

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        """What the answer to its question says."""
        return self.named(turn, values)

    def settled(self, turn: Turn, values: dict[str, Any]) -> Any:
        """A value that needs no question, because there is only one possibility."""
        return None

    def stands(self, turn: Turn, value: Any) -> bool:
        """Whether what was answered is still there, after something else was done."""
        return True
