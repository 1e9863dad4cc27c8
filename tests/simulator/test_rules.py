"""No JSON, however odd, gets past the rules as anything but a message or a refusal."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lebailleur.whatsapp.simulator.errors import ERRORS, GraphError
from lebailleur.whatsapp.simulator.rules import checked
from tests.simulator.test_graph_side import buttons, rows, template, text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
VALID = [
    text(),
    buttons("Oui", "Non"),
    rows(2, 3),
    template("fr", {"parameter_name": "tenant", "text": "Paul"}),
    {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.X"},
    {
        "messaging_product": "whatsapp",
        "to": "+237677000001",
        "type": "document",
        "document": {"id": "1", "filename": "a.pdf"},
    },
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside another."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [
        place
        for key, child in inner
        for place in [
            (*path, key),
            *(places(child, (*path, key)) if isinstance(child, dict | list) else []),
        ]
    ]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_spoilt_message_is_taken_or_refused_with_a_code(data: st.DataObject) -> None:
    payload = copy.deepcopy(data.draw(st.sampled_from(VALID)))
    *path, last = data.draw(st.sampled_from(places(payload)))
    holder: Any = payload
    for step in path:
        holder = holder[step]
    if data.draw(st.booleans()):
        holder[last] = data.draw(JSON)
    else:
        del holder[last]
    refused_or_taken(payload)


@given(JSON)
def test_any_json_is_refused_with_a_code(payload: Any) -> None:
    refused_or_taken(payload)


def refused_or_taken(payload: Any) -> None:
    code = None
    try:
        message = checked(payload)
    except GraphError as refusal:
        code = refusal.code
    assert code in ERRORS or message.messaging_product == "whatsapp"
