"""What each error code of the Graph API calls for: Meta's codes, decided on by code alone.

The table follows Meta's error reference as of 2026-09 (WhatsApp Cloud API, "Error codes").
"""

from dataclasses import dataclass
from typing import Literal

Action = Literal["retry", "pause", "tomorrow", "template", "never", "fix", "alert", "stop"]
"""``retry`` with back-off · ``pause`` for that person (1, 4, 16 s) · ``tomorrow``: not today ·
``template``: only an approved one gets through · ``never``: it cannot reach this person ·
``fix``: we sent what cannot be sent · ``alert``: this message fails and the operator must act ·
``stop`` all sending until the operator has acted."""


@dataclass(frozen=True)
class Rule:
    """What to do after an error, and how often in all a message is tried (None: until it goes)."""

    action: Action
    tries: int | None = None


_BY_ACTION: dict[Action, tuple[int, ...]] = {
    "retry": (2, 4, 80007, 130429, 131016, 131057, 132069, 133004),
    "pause": (131056,),
    "tomorrow": (131049,),
    "template": (131047,),
    "never": (130403, 130472, 131026, 131050, 131062),
    "fix": (
        *(100, 131008, 131009, 131021, 131051, 131052),
        *(132000, 132005, 132008, 132012, 132018),
    ),
    "alert": (130497, 131030, 131063, 131064, 132001, 132007, 132015, 132016, 132068),
    "stop": (
        *(0, 3, 10, 33, 190, *range(200, 300), 368),
        *(131005, 131031, 131037, 131042, 131045, 131048),
        *(133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011),
    ),
}
# We were too fast altogether: all sending rests, not this message alone; for so many seconds the
# first time. An app or an account that asked too often is heard again after minutes.
TOO_FAST: dict[int | None, float] = {4: 60.0, 80007: 60.0, 130429: 1.0}
# A template that is missing in one language is tried in the other; a paused one is held.
TEMPLATE_MISSING, TEMPLATE_PAUSED = 132001, 132015
# Our file was refused, or could not even be made: it is uploaded once more.
FILE_REFUSED = 131053
RULES: dict[int, Rule] = {
    **{code: Rule(action) for action, codes in _BY_ACTION.items() for code in codes},
    # Faults that may pass, and if they do not, are ours or Meta's to mend.
    1: Rule("retry", tries=3),
    131000: Rule("retry", tries=3),
    FILE_REFUSED: Rule("retry", tries=2),
    135000: Rule("retry", tries=2),
}


def rule_for(code: int | None) -> Rule:
    """What to do after an error; no readable answer, or an unknown code, is tried again."""
    return RULES.get(code, Rule("retry")) if code is not None else Rule("retry")
