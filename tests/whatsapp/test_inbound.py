"""Whatever a notification holds, it is read whole and nothing raises."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lebailleur.whatsapp import inbound, signature


def value(**parts: Any) -> dict[str, Any]:
    return {"entry": [{"changes": [{"field": "messages", "value": parts}]}]}


def one(kind: str, part: Any) -> inbound.Incoming:
    message = {"from": "237677123456", "id": "wamid.1", "timestamp": "1", "type": kind, kind: part}
    return inbound.read(value(messages=[message])).messages[0]


def test_3_the_signature_of_the_fact_sheet() -> None:
    body = (
        rb'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages",'
        rb'"value":{"text":"R\u00e9gl\u00e9 \u2705 50\u0025 \u0040Awa \u003Cb> a\/b '
        rb'\ud83d\ude2e"}}]}]}'
    )
    signed = "sha256=32baf00e71ad3776a3ca63d54434007f71da7a96d2edec0bc8a3acdbbaf5af40"
    assert signature.sign(body, "s3cr3t") == signed
    assert signature.is_valid(signed, body, "s3cr3t")
    assert not signature.is_valid(signed, body + b" ", "s3cr3t")
    assert not signature.is_valid(None, body, "s3cr3t")


@pytest.mark.parametrize(
    ("kind", "part", "content"),
    [
        ("text", {"body": "Bonjour"}, {"text": "Bonjour"}),
        (
            "interactive",
            {"type": "button_reply", "button_reply": {"id": "/affirm", "title": "Oui"}},
            {"payload": "/affirm", "title": "Oui"},
        ),
        (
            "interactive",
            {"type": "list_reply", "list_reply": {"id": "/o2", "title": "Reçu"}},
            {"payload": "/o2", "title": "Reçu"},
        ),
        ("button", {"payload": "PAY", "text": "Payer"}, {"payload": "PAY", "title": "Payer"}),
        ("interactive", None, {"unsupported": "interactive"}),
        ("poll", {}, {"unsupported": "poll"}),
        # We send no forms, so nothing of one is a payload: it is kept, and its sender is asked to
        # write.
        (
            "interactive",
            {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": '{"id": "/a"'}},
            {"unsupported": "form", "form": '{"id": "/a"'},
        ),
        (
            "interactive",
            {"type": "nfm_reply", "nfm_reply": {"response_json": {"id": "/a"}}},
            {"unsupported": "interactive"},
        ),
    ],
)
def test_13_each_type(kind: str, part: Any, content: dict[str, Any]) -> None:
    assert one(kind, part).content == {**content, "wamid": "wamid.1"}


def test_media_keep_their_caption_and_id() -> None:
    found = one("image", {"id": "1003", "mime_type": "image/jpeg", "caption": "reçu"}).content
    assert (found["text"], found["unsupported"], found["media"]["id"]) == ("reçu", "image", "1003")


@pytest.mark.parametrize("kind", ["unsupported", "image"])
def test_18_what_whatsapp_could_not_load_is_told_apart(kind: str) -> None:
    message = {"from": "237677123456", "id": "wamid.1", "type": kind, kind: {}}
    for code, found in ((131052, "not_loaded"), (131051, kind)):
        told = {**message, "errors": [{"code": code, "title": "Media download error"}]}
        [read] = inbound.read(value(messages=[told])).messages
        assert read.content["unsupported"] == found


@pytest.mark.parametrize("kind", ["reaction", "system", "edit", "revoke"])
def test_17_what_says_nothing_starts_no_turn(kind: str) -> None:
    message = {"from": "237677123456", "id": "wamid.1", "type": kind, kind: {}}
    assert inbound.read(value(messages=[message])) == inbound.Notification()


def test_a_person_without_a_number_is_known_by_the_user_id() -> None:
    message = {"from_user_id": "CM.1349", "id": "wamid.1", "type": "text", "text": {"body": "a"}}
    contacts = [{"profile": {"name": "Awa"}, "user_id": "CM.1349"}]
    (found,) = inbound.read(value(messages=[message], contacts=contacts)).messages
    assert found.aliases == {"user_id": "CM.1349"}
    assert found.name == "Awa"


def test_22_statuses_are_read_with_their_error() -> None:
    failed = {"id": "wamid.2", "status": "failed", "errors": [{"code": 131047, "title": "closed"}]}
    assert inbound.read(value(statuses=[failed, {"id": 5}])).statuses == [
        inbound.Status("wamid.2", "failed", "131047 closed", code=131047)
    ]


def test_statuses_bring_back_what_was_sent_with_them() -> None:
    sent = {"id": "wamid.2", "status": "sent", "biz_opaque_callback_data": "outbox:7:0/1"}
    assert inbound.read(value(statuses=[sent])).statuses[0].tracked == "outbox:7:0/1"


OLD = {"phone": "+237677123456"}


@pytest.mark.parametrize(
    ("system", "new"),
    [
        (
            {"type": "user_changed_number", "wa_id": "237655000111", "body": "User Awa changed"},
            {"phone": "+237655000111"},
        ),
        (
            {"type": "user_changed_number", "wa_id": "237655000111", "user_id": "CM.2"},
            {"phone": "+237655000111", "user_id": "CM.2"},
        ),
        (
            {"type": "customer_changed_number", "new_wa_id": "237655000111"},
            {"phone": "+237655000111"},
        ),
        ({"type": "user_changed_user_id", "user_id": "CM.NEW"}, {"user_id": "CM.NEW"}),
        ({"type": "customer_identity_changed", "identity": {}}, None),
        ({"type": "user_changed_number"}, None),
    ],
)
def test_19_a_person_who_moved(system: dict[str, Any], new: dict[str, str] | None) -> None:
    message = {"from": "237677123456", "id": "wamid.1", "type": "system", "system": system}
    found = inbound.read(value(messages=[message]))
    assert found.messages == []
    assert found.moves == ([inbound.Moved(OLD, new)] if new else [])


def test_19_messages_and_moves_are_in_the_order_of_their_time() -> None:
    text = {"from": "237677123456", "type": "text", "text": {"body": "a"}}
    system = {"type": "user_changed_number", "wa_id": "237655000111"}
    move = {"from": "237677123456", "id": "wamid.s", "type": "system", "system": system}
    told = [
        {**text, "id": "wamid.3", "timestamp": "3"},
        {**text, "id": "wamid.1", "timestamp": "2"},
        {**move, "timestamp": "2"},
        {**text, "id": "wamid.2", "timestamp": "2"},
    ]
    events = inbound.read(value(messages=told)).events
    keys = [getattr(each, "key", "moved") for each in events]
    assert keys == ["wamid.1", "moved", "wamid.2", "wamid.3"]


def test_19_a_user_id_that_was_updated() -> None:
    update = {"user_id": {"previous": "CM.1", "current": "CM.2"}}
    change = {"field": "user_id_update", "value": update}
    found = inbound.read({"entry": [{"changes": [change]}]})
    assert found.moves == [inbound.Moved({"user_id": "CM.1"}, {"user_id": "CM.2"})]


def test_9_what_starts_no_turn_is_told_all_the_same() -> None:
    problem = {"code": 130429, "title": "Rate limit hit", "message": "Rate limit hit"}
    other = {"field": "account_update", "value": {"event": "X"}}
    found = inbound.read({"entry": [*value(errors=[problem])["entry"], {"changes": [other]}]})
    assert (found.messages, found.statuses) == ([], [])
    assert found.problems == [inbound.Problem(130429, "130429 Rate limit hit")]
    assert found.others == ["account_update"]


def test_what_is_told_of_another_number_is_left_alone() -> None:
    text = {"from": "237677123456", "id": "wamid.1", "type": "text", "text": {"body": "a"}}
    told = value(
        metadata={"display_phone_number": "237620000001", "phone_number_id": "106"},
        messages=[text],
        statuses=[{"id": "wamid.2", "status": "read"}],
        errors=[{"code": 130429}],
    )
    found = inbound.read(told, "107")
    assert found == inbound.Notification(others=["another_number"])
    assert len(inbound.read(told, "106").messages) == len(inbound.read(told).messages) == 1
    # Where it is not told of which number, there is but one.
    assert len(inbound.read(value(messages=[text], metadata=[]), "107").messages) == 1


REAL = value(
    messaging_product="whatsapp",
    contacts=[{"profile": {"name": "Awa"}, "wa_id": "237677123456", "user_id": "CM.1"}],
    messages=[
        {"from": "237677123456", "id": "wamid.3", "timestamp": "3", "type": kind, kind: part}
        for kind, part in (
            ("system", {"type": "user_changed_number", "wa_id": "237655000111", "user_id": "CM.2"}),
            ("text", {"body": "Paul paid"}),
            ("interactive", {"type": "list_reply", "list_reply": {"id": "/o2", "title": "Non"}}),
            ("image", {"id": "9", "caption": "reçu", "mime_type": "image/jpeg"}),
            ("button", {"payload": "PAY", "text": "Payer"}),
        )
    ],
    statuses=[{"id": "wamid.2", "status": "failed", "errors": [{"code": 1, "title": "no"}]}],
)
SANE = {
    "from": "237699",
    "id": "wamid.sane",
    "timestamp": "9",
    "type": "text",
    "text": {"body": "x"},
}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["²", "٣", "9" * 5000, "-1", "\ud800", "a\x00b", "text", "list_reply"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything that a notification holds."""
    found = [path] if path else []
    if isinstance(node, dict | list):
        for key, each in node.items() if isinstance(node, dict) else enumerate(node):
            found += places(each, (*path, key))
    return found


@given(st.lists(st.tuples(st.sampled_from(places(REAL)), ODD), min_size=1, max_size=4))
def test_18_nothing_odd_in_a_real_notification_raises(changes: list[tuple[Any, Any]]) -> None:
    odd = json.loads(json.dumps(REAL))
    for path, put in changes:
        node = odd
        try:
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = put
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took that place away
    odd["entry"] = odd["entry"] if isinstance(odd.get("entry"), list) else [odd.get("entry")]
    odd["entry"] += value(messages=[SANE])["entry"]
    found = inbound.read(odd)
    assert "wamid.sane" in {each.key for each in found.messages}
    # What is kept can be written to any database.
    kept = json.dumps(asdict(found), ensure_ascii=False)
    assert "\x00" not in kept
    kept.encode()


@given(ODD)
def test_18_nothing_odd_raises(odd: Any) -> None:
    inbound.read(odd)
    inbound.read(value(messages=[odd], statuses=[odd], contacts=[odd], errors=[odd]))
    system = {"from": "237677123456", "id": "wamid.1", "type": "system", "system": odd}
    inbound.read(value(messages=[system]))
    inbound.read({"entry": [{"changes": [{"field": "user_id_update", "value": {"user_id": odd}}]}]})
