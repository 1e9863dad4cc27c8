"""Faults in a home: the tenant reports, the landlord answers, and each hears of every change."""

import re
from typing import Any

from rasa_sdk.events import EventType

from actions.base import Matter
from actions.field import NOTHING, Read
from actions.fields import LeaseField
from actions.forms import Form
from actions.homes import AskOwnLease, OwnLeaseField
from actions.relays import LONGEST, WordsField
from actions.turn import Option, Turn
from actions.wording import day_words, place
from lebailleur import clock
from lebailleur.conversation import attachments, inbox
from lebailleur.rentals import issues
from lebailleur.rentals.errors import Conflict
from lebailleur.rentals.models import Issue
from lebailleur.understanding.messages import is_bare

MOST_LISTED = 9
# "no. 3", "le n°3", "number 3", "la 3": a fault by its number.
NUMBER = re.compile(r"(?:\b(?:no|n|nr|num[eé]ro|number|la|le|the)\b\.?|[#°º])\s*(\d{1,5})\b", re.I)


class IssueWordsField(WordsField):
    """What is broken. "I want to report a problem" does not say it yet."""

    def named(self, turn: Turn, values: dict[str, Any]) -> Read:
        return NOTHING if is_bare(turn.text) else super().named(turn, values)

    def answered(self, turn: Turn, values: dict[str, Any]) -> Read:
        return super().named(turn, values)


class IssueForm(Form):
    form = "issue_form"
    intents = frozenset({"report_issue"})
    role = "tenant"
    fields = (OwnLeaseField("issue_lease"), IssueWordsField("issue_words"))


class AskIssueLease(AskOwnLease):
    slot = "issue_lease"


class ReportIssue(Matter):
    """What a tenant reports is kept and goes to the landlord."""

    called = "action_report_issue"

    def answer(self, turn: Turn) -> list[EventType]:
        if turn.role != "tenant":
            if turn.role == "landlord":
                turn.say("utter_issue_by_tenants")
                _list_all(turn)
            else:
                turn.say("utter_tenant_unknown")
            return []
        lease_id = turn.tracker.get_slot("issue_lease")
        words = turn.tracker.get_slot("issue_words")
        if lease_id is None or not words:
            return []
        issue = issues.report(turn.session, turn.asker, lease_id, words[:LONGEST], key=turn.key)
        tell(turn, issue)
        landlord = issue.lease.tenant.landlord.person_id
        attachments.attach(turn.session, turn.person_id, f"issue:{issue.id}", landlord)
        turn.say("utter_issue_reported", **_blanks(turn, issue))
        return []


class ListIssues(Matter):
    """What is not repaired yet, as options; or one of them, with what can be done."""

    called = "action_list_issues"

    def answer(self, turn: Turn) -> list[EventType]:
        chosen = turn.entity("choice")
        if chosen is not None and chosen.isdigit():
            _show(turn, issues.issue_for(turn.session, turn.asker, int(chosen)))
        elif turn.role == "landlord":
            _list_all(turn)
        elif turn.role == "tenant":
            _list_own(turn)
        else:
            turn.say("utter_tenant_unknown")
        return []


class CloseIssue(Matter):
    """A button moves a fault on; words say that it is repaired."""

    called = "action_close_issue"

    def answer(self, turn: Turn) -> list[EventType]:
        chosen = turn.entity("choice")
        if chosen is not None and chosen.isdigit():
            self._move(turn, int(chosen), turn.entity("wish") or "done")
            return []
        if turn.role == "stranger":
            turn.say("utter_tenant_unknown")
            return []
        meant = _meant(turn)
        if len(meant) == 1:
            self._move(turn, meant[0].id, "done")
        elif meant:
            turn.say("utter_issue_which", options=[_done_option(turn, each) for each in meant])
        else:
            turn.say("utter_issue_none_meant")
            if turn.role == "landlord":
                _list_all(turn)
        return []

    def _move(self, turn: Turn, issue_id: int, state: str) -> None:
        try:
            issue = issues.change(turn.session, turn.asker, issue_id, state)  # type: ignore[arg-type]
        except Conflict:
            issue = issues.issue_for(turn.session, turn.asker, issue_id)
            turn.say("utter_issue_already", **_blanks(turn, issue))
            return
        tell(turn, issue)
        turn.say(f"utter_issue_now_{issue.state}", **_blanks(turn, issue))


class TellIssue(Matter):
    """To the other side: a new fault, or what has become of one. What has changed again since is
    told by its own event."""

    called = "action_tell_issue"

    def answer(self, turn: Turn) -> list[EventType]:
        issue = issues.issue_for(turn.session, turn.asker, int(turn.entity("choice") or 0))
        state = turn.entity("wish")
        if _is_landlord(turn, issue):
            if state == "done":
                turn.say("utter_tell_issue_done_by_tenant", **_blanks(turn, issue))
            else:
                again = "again" if issue.changes else "new"
                turn.say(f"utter_tell_issue_{again}", **_blanks(turn, issue))
        else:
            turn.say(f"utter_tell_issue_{state}", **_blanks(turn, issue))
        return []


def tell(turn: Turn, issue: Issue) -> None:
    """Let the other side hear of what the speaker has just said, once."""
    tenant = issue.lease.tenant
    to = tenant.person_id if _is_landlord(turn, issue) else tenant.landlord.person_id
    content = {
        "trigger": "EXTERNAL_issue",
        "entities": {"choice": str(issue.id), "wish": issue.state},
    }
    inbox.keep(turn.session, f"issue:{issue.id}:{issue.changes}", to, "event", content)


def _is_landlord(turn: Turn, issue: Issue) -> bool:
    return issue.lease.tenant.landlord.person_id == turn.person_id


def _list_all(turn: Turn) -> None:
    """To a landlord: what is open, of those who were named or of all."""
    found = _named(turn, issues.unsettled(turn.session, turn.asker))
    if not found:
        turn.say("utter_issues_none")
        return
    options = [
        (f"{turn.words('words_issue', number=each.number)} {each.lease.tenant.name}", _open(each))
        for each in found[:MOST_LISTED]
    ]
    lines = "\n".join(_line(turn, each) for each in found)
    turn.say("utter_issues", count=len(found), list=lines, options=options)


def _list_own(turn: Turn) -> None:
    """To a tenant: what they have reported, and what became of it."""
    found = issues.reported_by(turn.session, turn.asker)[:MOST_LISTED]
    if not found:
        turn.say("utter_own_issues_none")
        return
    lines = "\n".join(_line(turn, each) for each in found)
    unsettled = [_done_option(turn, each) for each in found if each.state != "done"]
    done = [
        (turn.words("option_issue_not_fixed", number=each.number), _moving(each, "open"))
        for each in found[:1]
        if each.state == "done"
    ]
    turn.say("utter_own_issues", list=lines, options=[*unsettled, *done])


def _show(turn: Turn, issue: Issue) -> None:
    """One fault, with what the one who asks can do about it."""
    response = "utter_issue_card" if _is_landlord(turn, issue) else "utter_own_issue_card"
    turn.say(response, **_blanks(turn, issue))


def _meant(turn: Turn) -> list[Issue]:
    """The faults that may be meant by words: by number, by whom they name, or all that are open."""
    if turn.role == "landlord":
        every = issues.unsettled(turn.session, turn.asker)
    else:
        reported = issues.reported_by(turn.session, turn.asker)
        every = [each for each in reported if each.state != "done"]
    numbers = {int(each) for each in NUMBER.findall(turn.text)}
    numbered = [each for each in every if each.number in numbers]
    return numbered[:1] or _named(turn, every)


def _named(turn: Turn, every: list[Issue]) -> list[Issue]:
    """Those of the tenants or units that a landlord named; all where nobody was."""
    if turn.role != "landlord":
        return every
    read = LeaseField("issue_lease").named(turn, {})
    if read is NOTHING:
        return every
    meant = {read.value} if read.value is not None else set(read.candidates)
    return [each for each in every if each.lease_id in meant]


def _line(turn: Turn, issue: Issue) -> str:
    blanks = _blanks(turn, issue)
    return turn.words("line_issue" if turn.role == "landlord" else "line_own_issue", **blanks)


def _blanks(turn: Turn, issue: Issue) -> dict[str, Any]:
    lease = issue.lease
    day = clock.local(issue.reported_at, lease.tenant.landlord.timezone).date()
    return {
        "issue": issue.id,
        "number": issue.number,
        "name": lease.tenant.name,
        "landlord": lease.tenant.landlord.name,
        "place": place(lease),
        "lease": lease.id,
        "words": issue.words,
        "day": day_words(turn, day),
        "state": turn.words(f"words_issue_{issue.state}"),
    }


def _done_option(turn: Turn, issue: Issue) -> Option:
    return (turn.words("option_issue_done", number=issue.number), _moving(issue, "done"))


def _moving(issue: Issue, state: str) -> str:
    return f'/close_issue{{"choice": "{issue.id}", "wish": "{state}"}}'


def _open(issue: Issue) -> str:
    return f'/list_issues{{"choice": "{issue.id}"}}'
