"""What became of a message after it left, and where nobody knows."""

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from lebailleur import clock
from lebailleur.conversation.models import OutboxItem
from lebailleur.conversation.outbox import RANK, note_part, parts_sent, parts_to_send, read_tracker

log = structlog.get_logger()

# How long a status may take to say what became of a message that had no answer, time after time:
# one always comes of what was taken. In the end it is given up.
STATUS_WITHIN = (timedelta(minutes=1), *(timedelta(hours=each) for each in (1, 3, 6, 12)))
# What is put off for longer holds up nothing that comes after it.
HOLDS_UP = timedelta(minutes=10)
NO_FILE = {
    "fr": "(Le document n'a pas pu être joint. Redemandez-le plus tard, s'il vous plaît.)",
    "en": "(The document could not be attached. Please ask for it again later.)",
}


def apply_status(
    session: Session, wamid: str, status: str, error: str | None, tracked: str | None = None
) -> OutboxItem | None:
    """Note what became of a message; it, or None where nothing was noted. `tracked` is what
    `outbox.tracker` made: by it a message is known whose sending had no answer, or has none yet. An
    unknown one is left alone: it is not ours.

    What has failed is ready to be sent again, the part that failed alone: that is the caller's to
    decide.
    """
    item, part = _found(session, wamid, status, tracked)
    if item is None or RANK.get(status, -1) <= RANK[item.state]:
        return None
    if status == "failed":
        wamids = dict(item.content.get("wamids", {}))
        is_a_copy = wamids.get(str(part), wamid) != wamid
        item.content = {**item.content, "refused": [*item.content.get("refused", ()), wamid]}
        if is_a_copy:
            return None  # another one was taken
        wamids.pop(str(part), None)
        redo = {*item.content.get("redo", ()), *({part} if part < parts_sent(item) else ())}
        item.content = {**item.content, "redo": sorted(redo), "wamids": wamids}
        item.wamid = None
    if error:
        item.error = error[:300]
    item.state = status
    return item


def doubt(item: OutboxItem) -> None:
    """No answer came: WhatsApp may have taken it or not. A status is waited for; without one it is
    sent again, less and less often."""
    doubts = int(item.content.get("doubts", 0)) + 1
    item.content = {**item.content, "doubts": doubts}
    item.attempts += 1
    if doubts > len(STATUS_WITHIN):
        item.state = "failed"
        log.error("outcome_unknown", outbox_id=item.id)
        return
    put_off(item, STATUS_WITHIN[doubts - 1])
    if item.state == "waiting":
        item.state = "unknown"


def put_off(item: OutboxItem, pause: timedelta) -> None:
    """It is sent later; for hours it holds up nothing that comes after it."""
    item.state = "later" if pause > HOLDS_UP else "waiting"
    item.next_try_at = clock.now() + pause


def anew(item: OutboxItem, **content: Any) -> None:
    """It is sent again from its beginning, with this changed."""
    item.content = {**item.content, "parts_sent": 0, "redo": [], "wamids": {}, **content}
    item.state, item.wamid, item.next_try_at = "waiting", None, None


def give_up(item: OutboxItem, language: str, *, of_file: bool) -> None:
    """A message has failed for good. Where its file alone was the reason (`of_file`), its words go
    without it, and say so."""
    content = item.content
    without = {"document": None, "secret": None}
    if not of_file or not any(content.get(each) for each in without):
        item.state = "failed"
        return
    said = NO_FILE[language]
    text = "\n\n".join(each for each in (content.get("text"), said) if each)
    anew(item, **without, text=text)


def times_refused(item: OutboxItem, code: int | None) -> int:
    """Count one more refusal of a message; how often it was refused with this code by now. Each
    code has tries of its own: what passed once Meta was well again is not held against it."""
    times = dict(item.content.get("times_refused", {}))
    times[str(code)] = times.get(str(code), 0) + 1
    item.content = {**item.content, "times_refused": times}
    return int(times[str(code)])


def _found(
    session: Session, wamid: str, status: str, tracked: str | None
) -> tuple[OutboxItem | None, int]:
    """The message that a status is about, and which part of it; None where nothing is to be noted
    of it."""
    item = session.scalar(select(OutboxItem).where(OutboxItem.wamid == wamid))
    number, part, parts = read_tracker(tracked) or (0, 0, 1)
    if item is None:
        item = session.get(OutboxItem, number)
        if item is None or wamid in item.content.get("refused", ()):
            return None, part  # not ours, or told again of what is being sent again already
        if part in parts_to_send(item, parts):
            note_part(session, number, part, parts, wamid)
    if item is not None and status != "failed" and _is_a_piece(item, part, parts):
        return None, part
    return item, part


def _is_a_piece(item: OutboxItem, part: int, parts: int) -> bool:
    """Whether what arrived is not the end of a message, or others of its parts are to be sent."""
    unsent = RANK[item.state] < RANK["sent"] and parts_to_send(item, parts)
    return part + 1 < parts or bool(unsent)
