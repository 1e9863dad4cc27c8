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
    messages, _ = inbound.read(value(messages=[message]))
    return messages[0]


def test_the_signature_of_the_fact_sheet() -> None:
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
    ],
)
def test_each_type(kind: str, part: Any, content: dict[str, Any]) -> None:
    assert one(kind, part).content == {**content, "wamid": "wamid.1"}


def test_media_keep_their_caption_and_id() -> None:
    found = one("image", {"id": "1003", "mime_type": "image/jpeg", "caption": "reçu"}).content
    assert (found["text"], found["unsupported"], found["media"]["id"]) == ("reçu", "image", "1003")


@pytest.mark.parametrize("kind", ["reaction", "system", "edit", "revoke"])
def test_what_says_nothing_starts_no_turn(kind: str) -> None:
    message = {"from": "237677123456", "id": "wamid.1", "type": kind, kind: {}}
    assert inbound.read(value(messages=[message])) == ([], [])


def test_a_person_without_a_number_is_known_by_the_user_id() -> None:
    message = {"from_user_id": "CM.1349", "id": "wamid.1", "type": "text", "text": {"body": "a"}}
    contacts = [{"profile": {"name": "Awa"}, "user_id": "CM.1349"}]
    (found,), _ = inbound.read(value(messages=[message], contacts=contacts))
    assert found.aliases == {"user_id": "CM.1349"}
    assert found.name == "Awa"


def test_statuses_are_read_with_their_error() -> None:
    failed = {"id": "wamid.2", "status": "failed", "errors": [{"code": 131047, "title": "closed"}]}
    _, statuses = inbound.read(value(statuses=[failed, {"id": 5}]))
    assert statuses == [inbound.Status("wamid.2", "failed", "131047 closed")]


REAL = value(
    messaging_product="whatsapp",
    contacts=[{"profile": {"name": "Awa"}, "wa_id": "237677123456", "user_id": "CM.1"}],
    messages=[
        {"from": "237677123456", "id": "wamid.3", "timestamp": "3", "type": kind, kind: part}
        for kind, part in (
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
def test_nothing_odd_in_a_real_notification_raises(changes: list[tuple[Any, Any]]) -> None:
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
    messages, statuses = inbound.read(odd)
    assert "wamid.sane" in {each.key for each in messages}
    for each in (*messages, *statuses):
        # What is kept can be written to any database.
        assert "\x00" not in json.dumps(asdict(each), ensure_ascii=False)
        json.dumps(asdict(each), ensure_ascii=False).encode()


@given(ODD)
def test_nothing_odd_raises(odd: Any) -> None:
    inbound.read(odd)
    inbound.read(value(messages=[odd], statuses=[odd], contacts=[odd]))
