"""Which characters people can see, and so may stand in a name, an address or a reason.

All letters, signs and emoji, also those that are newer than this Python knows, and the joiners
that some scripts and many emoji are made with. Not: control characters, halves of characters, and
marks that cannot be seen, or that turn or hide what stands beside them.
"""

import re

_BREAKS = r"\t\n\r"
# As JSON Schema's patterns have it, which can say nothing of half characters: JSON has none.
_HIDDEN = (
    r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
_ALONE = r"\u200c\u200d"

_NOTHING = rf"^(?![\s{_ALONE}]*$)"

LINES_PATTERN = rf"^[^{_HIDDEN}]*$"
"""For what may be empty."""
WORDS_PATTERN = rf"{_NOTHING}[^{_HIDDEN}]*$"
"""For what is kept with its spaces tidied: something must be there to see."""
SIGNS_PATTERN = rf"{_NOTHING}[^{_HIDDEN}{_BREAKS}]*$"
"""For what is kept as it came."""

_unseen = re.compile(f"[{_HIDDEN}\ud800-\udfff]")
_something = re.compile(_NOTHING)


def can_be_shown(text: str) -> bool:
    """Whether all of a text can be shown; it may be empty, and go over several lines."""
    return _unseen.search(text) is None


def holds_something(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return _something.search(text) is not None
