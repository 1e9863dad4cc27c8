"""How a landlord has tenants reminded and hears of the day; changed by digits or by words."""

import re

from actions.turn import Option, Turn
from lebailleur.rentals import reminding
from lebailleur.rentals.reminding import Rules
from lebailleur.understanding.reminder_days import read_reminder_days

FIELD = "reminders"
BEFORE = (0, 1, 2, 3, 5, 7)
AFTER = ((), (3,), (7,), (3, 7, 14), (5, 10), (7, 14, 21))
# The landlord's own morning message, not the tenants' reminders.
MORNING = re.compile(
    r"\b(digest|summary|morning|every day|daily|r[eé]sum[eé]|matin|chaque jour|quotidien)", re.I
)


def answer(turn: Turn) -> None:
    """Change what a tap or the words say; show how things stand and what can be changed."""
    what, _, value = (turn.chosen(FIELD) or "").partition(":")
    days = read_reminder_days(turn.text) if turn.text else None
    if what in ("before", "after") and not value:
        _ask(turn, what)
        return
    changed = True
    if what == "before":
        reminding.change(turn.session, turn.asker, before=int(value), paused=False)
    elif what == "after":
        listed = [int(each) for each in value.split("-") if each.isdigit()]
        reminding.change(turn.session, turn.asker, after=listed, paused=False)
    elif what == "digest":
        reminding.change(turn.session, turn.asker, digest=value == "on")
    elif what == "all":
        reminding.change(turn.session, turn.asker, paused=value == "off")
    elif days is not None:
        reminding.change(
            turn.session, turn.asker, before=days.before, after=days.after, paused=False
        )
    elif turn.text and MORNING.search(turn.text):
        reminding.change(turn.session, turn.asker, digest=turn.intent == "start_reminders")
    else:
        changed = False
    _show(turn, reminding.change(turn.session, turn.asker), changed)


def _show(turn: Turn, rules: Rules, changed: bool) -> None:
    before = (
        turn.words("words_remind_before", days=rules.before)
        if rules.before
        else turn.words("words_remind_not_before")
    )
    after = (
        turn.words("words_remind_after", days=_days(rules.after))
        if rules.after
        else turn.words("words_remind_not_after")
    )
    tenants = turn.words("words_remind_paused") if rules.paused else f"{before} {after}"
    digest = turn.words("words_digest_on" if rules.digest else "words_digest_off")
    turn.say(
        "utter_reminders_changed" if changed else "utter_reminders_landlord",
        options=[
            (turn.words("option_remind_before"), _payload("before")),
            (turn.words("option_remind_after"), _payload("after")),
            (
                turn.words("option_digest_stop" if rules.digest else "option_digest_start"),
                _payload(f"digest:{'off' if rules.digest else 'on'}"),
            ),
            (
                turn.words("option_remind_resume" if rules.paused else "option_remind_pause"),
                _payload(f"all:{'on' if rules.paused else 'off'}"),
            ),
        ],
        tenants=tenants,
        digest=digest,
    )


def _ask(turn: Turn, side: str) -> None:
    options: list[Option] = []
    if side == "before":
        for days in BEFORE:
            name = turn.words("option_days_before", days=days) if days else turn.words("option_not")
            options.append((name, _payload(f"before:{days}")))
    else:
        for steps in AFTER:
            name = (
                turn.words("option_days_after", days=_days(steps))
                if steps
                else turn.words("option_not")
            )
            options.append((name, _payload(f"after:{'-'.join(map(str, steps)) or 'none'}")))
    turn.say(f"utter_ask_remind_{side}", options=options)


def _days(steps: tuple[int, ...]) -> str:
    return ", ".join(str(each) for each in steps)


def _payload(choice: str) -> str:
    return f'/start_reminders{{"choice_field": "{FIELD}", "choice": "{choice}"}}'
