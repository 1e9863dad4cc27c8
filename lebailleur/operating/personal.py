"""Which columns hold personal data, and what becomes of them when a person is forgotten.

Every column that can hold words (text, JSON, bytes) is named here, so that nobody adds one without
having thought of it: a test sees to that.
"""

from typing import Literal

Kind = Literal["gone", "own", "mentions", "plain"]
"""``gone``: the person's rows of this table are deleted · ``own``: emptied or replaced in the
person's rows (`rentals.erasing`, `forgetting`) · ``mentions``: words and names of others' too, in
which the person's names and numbers are replaced · ``plain``: no personal data: our own ids, and
words out of a list of ours."""

COLUMNS: dict[str, dict[str, Kind]] = {
    "person": {"id": "plain", "name": "own", "language": "own"},
    "person_alias": {"kind": "gone", "value": "gone", "person_id": "gone"},
    # Houses and rooms are places: they stay, but for the person's name in theirs.
    "landlord": {
        "person_id": "plain",
        "name": "own",
        "phone": "own",
        "contact_phone": "own",
        "email": "own",
        "language": "plain",
        "currency": "plain",
        "timezone": "plain",
        "late_fee_kind": "plain",
        "remind_after": "plain",
    },
    "property": {"name": "mentions", "address": "mentions"},
    "unit": {"name": "mentions"},
    "tenant": {"person_id": "plain", "name": "own", "phone": "own", "language": "plain"},
    "payer": {"number": "own"},
    "rent_term": {"recorded_by": "plain"},
    # Keys and sources name a message or proposal by our own number of it.
    "charge": {
        "kind": "plain",
        "note": "mentions",
        "key": "plain",
        "recorded_by": "plain",
    },
    "payment": {
        "bill": "plain",
        "method": "plain",
        "asked": "mentions",
        "recorded_by": "plain",
        "source": "plain",
        "key": "plain",
    },
    "payout": {"kind": "plain", "reason": "mentions", "recorded_by": "plain", "key": "plain"},
    # The operator's own id of a payment: it keeps one from being recorded twice.
    "transfer": {"operator": "plain", "reference": "plain"},
    "reversal": {"reason": "mentions", "recorded_by": "plain"},
    "receipt": {"number": "plain", "language": "plain", "code": "plain", "content": "mentions"},
    "proposal": {
        "id": "plain",
        "kind": "plain",
        "person_id": "plain",
        "key": "plain",
        "content": "mentions",
        "decision": "plain",
    },
    "claim": {
        "state": "plain",
        "words": "mentions",
        "ask": "mentions",
        "shown": "plain",
        "claimed_by": "plain",
        "decided_by": "plain",
        "key": "plain",
    },
    "plan": {
        "state": "plain",
        "words": "mentions",
        "asked_by": "plain",
        "decided_by": "plain",
        "key": "plain",
    },
    "issue": {"words": "mentions", "state": "plain", "key": "plain"},
    "api_token": {"digest": "own", "ending": "own", "key": "own"},
    # Names, numbers and words are kept out of it.
    "audit_entry": {
        "who": "plain",
        "source": "plain",
        "did": "plain",
        "what": "plain",
        "what_id": "plain",
        "changes": "plain",
    },
    "inbox": {
        "key": "gone",
        "person_id": "gone",
        "kind": "gone",
        "content": "mentions",
        "state": "gone",
    },
    "outbox": {
        "person_id": "gone",
        "content": "mentions",
        "state": "gone",
        "wamid": "gone",
        "error": "mentions",
    },
    "conversation": {"person_id": "gone", "options": "mentions", "pages": "mentions"},
    # What others have sent stays theirs; what is in a picture or a voice note is not looked at.
    "attachment": {
        "key": "gone",
        "person_id": "gone",
        "kind": "gone",
        "media_id": "gone",
        "mime": "gone",
        "filename": "mentions",
        "state": "gone",
        "data": "gone",
        "about": "gone",
        "to_person_id": "own",
        "error": "gone",
    },
    "understanding_doubt": {
        "key": "gone",
        "person_id": "gone",
        "text": "mentions",
        "entities": "mentions",
        "ranking": "gone",
        "offered": "gone",
        "chosen": "gone",
    },
    "support_request": {
        "person_id": "gone",
        "name": "gone",
        "words": "mentions",
        "state": "gone",
    },
    "sim_phone": {"phone": "gone", "name": "gone", "user_id": "gone", "username": "gone"},
    "sim_message": {
        "wamid": "gone",
        "phone": "gone",
        "kind": "gone",
        "content": "mentions",
        "reply_to": "gone",
        "tracker": "gone",
        "state": "gone",
    },
    "sim_media": {
        "phone": "gone",
        "mime": "gone",
        "filename": "mentions",
        "sha256": "gone",
        "content": "gone",
    },
    "sim_template": {
        "name": "plain",
        "language": "plain",
        "category": "plain",
        "components": "plain",
    },
    "sim_notification": {"phone": "gone", "body": "mentions"},
    "sim_event": {"phone": "gone"},
    "sim_fault": {"kind": "gone", "calls": "gone", "phone": "gone"},
}

# Whose rows go: by which column they are the person's. In an order in which they can go.
GONE_BY_PERSON = (
    ("outbox", "person_id"),
    ("inbox", "person_id"),
    ("conversation", "person_id"),
    ("attachment", "person_id"),
    ("understanding_doubt", "person_id"),
    ("support_request", "person_id"),
    ("proposal", "person_id"),
    ("person_alias", "person_id"),
)
GONE_BY_PHONE = ("sim_notification", "sim_event", "sim_message", "sim_media", "sim_fault")
