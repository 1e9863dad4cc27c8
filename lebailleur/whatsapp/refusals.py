"""What comes of a message that Meta refuses, at once or, after it was taken, in a status."""

import random
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from lebailleur import metrics
from lebailleur.conversation import outcomes, standstill
from lebailleur.conversation.models import OutboxItem
from lebailleur.whatsapp import templates
from lebailleur.whatsapp.errors import (
    FILE_REFUSED,
    TEMPLATE_MISSING,
    TEMPLATE_PAUSED,
    TOO_FAST,
    Rule,
    rule_for,
)

log = structlog.get_logger()

FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0
# What Meta has taken and could not deliver rests longer, and is not tried for ever: each time it is
# taken anew.
FIRST_DELAY_AFTERWARDS, MOST_TRIES_AFTERWARDS = 10.0, 3
TOMORROW, MOST_DAYS = timedelta(hours=25), 3
# Meta pauses a template for three hours, then for six.
TEMPLATE_TRIES, PAUSED_FOR = 4, timedelta(hours=3, minutes=5)


def refused(
    session: Session,
    item: OutboxItem,
    code: int | None,
    language: str,
    *,
    retry_after: float | None = None,
    afterwards: bool = False,
) -> bool:
    """Decide what comes of a message that was refused with `code` (None: no answer that could be
    read), at once or `afterwards`, in a status; whether the person's next one can go now. Their
    `language` is that of its template. `retry_after`: Meta's word, in seconds."""
    rule = rule_for(code)
    item.attempts += 1
    times = outcomes.times_refused(item, code)
    if _goes_otherwise(item, code, rule, language):
        return True
    if rule.action == "stop" and code is not None:
        until = standstill.begin(session, code)
        item.state, item.next_try_at = "waiting", until
    elif code == TEMPLATE_PAUSED and times < TEMPLATE_TRIES:
        log.error("template_paused", code=code)
        outcomes.put_off(item, PAUSED_FOR)
        return True
    elif rule.action == "tomorrow" and times < MOST_DAYS:
        outcomes.put_off(item, TOMORROW)
        return True
    elif rule.action in ("retry", "pause") and times < _most_tries(rule, afterwards):
        outcomes.put_off(item, _pause(times, code, rule, retry_after, afterwards))
    else:
        outcomes.give_up(item, language, of_file=code == FILE_REFUSED)
        metrics.messages_out.labels("failed").inc()
        say = log.warning if rule.action in ("template", "never") else log.error
        say("message_refused", code=code, calls_for=rule.action)
        return True
    log.warning("send_put_off", code=code, attempts=item.attempts)
    return False


def _goes_otherwise(item: OutboxItem, code: int | None, rule: Rule, language: str) -> bool:
    """Whether a refused message can go otherwise: as a template where only one gets through, in
    the other language where that template is missing, each once."""
    content = item.content
    if rule.action == "template" and not content.get("as_template"):
        outcomes.anew(item, closed=True)
    elif code == TEMPLATE_MISSING and "template_language" not in content:
        log.error("template_missing", code=code)
        other = next(each for each in templates.LANGUAGES if each != language)
        outcomes.anew(item, template_language=other)
    else:
        return False
    return True


def _most_tries(rule: Rule, afterwards: bool) -> float:
    if rule.tries is not None:
        return rule.tries
    return MOST_TRIES_AFTERWARDS if afterwards else float("inf")


def _pause(
    times: int, code: int | None, rule: Rule, retry_after: float | None, afterwards: bool
) -> timedelta:
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    if rule.action == "pause":
        seconds = 4.0 ** min(times - 1, 4)
    elif afterwards:
        seconds = FIRST_DELAY_AFTERWARDS * times
    else:
        seconds = TOO_FAST.get(code, FIRST_DELAY) * 2.0 ** min(times - 1, 10)
    return timedelta(seconds=min(seconds, LONGEST_DELAY) * random.uniform(0.8, 1.2))
