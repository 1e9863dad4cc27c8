"""What each error code of the Graph API calls for."""

from typing import Literal

Action = Literal["retry", "pause", "stop", "never"]
"""``retry`` with back-off · ``pause`` for that person (4, 16, 64 s) · ``stop`` all sending and tell
the operator · ``never`` send this message again."""

ACTIONS: dict[int, Action] = {
    **dict.fromkeys((1, 2, 4, 80007, 130429, 131000, 131016, 131057, 133004, 135000), "retry"),
    131056: "pause",
    **dict.fromkeys((0, 3, 10, 33, 190, 368, 131005, 131031, 131042, 131045, 133010), "stop"),
    **dict.fromkeys(range(200, 300), "stop"),
    **dict.fromkeys(
        (
            100,
            130403,
            130472,
            130497,
            131008,
            131009,
            131021,
            131026,
            131030,
            131047,
            131050,
            131051,
            131053,
            132000,
            132001,
            132005,
            132012,
        ),
        "never",
    ),
}


def action_for(code: int | None) -> Action:
    """What to do after an error; no readable answer, or an unknown code, is tried again."""
    return ACTIONS.get(code, "retry") if code is not None else "retry"
