"""What another program writes over REST reaches both phones as if it had been said in the chat."""

from typing import Any

import requests

from lebailleur.database import writing
from lebailleur.rentals.models import Lease
from tests.conversations import houses
from tests.stack import ADMIN_TOKEN, Stack


def post(stack: Stack, path: str, **body: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    answer = requests.post(stack.url + path, json=body, headers=headers, timeout=20)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_payment_over_rest_is_told_to_both_and_so_is_its_end(stack: Stack) -> None:
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.villa_rose(session, "en")
        tenant = session.get_one(Lease, house.leases["Paul"]).tenant_id
    landlord, paul = (stack.phone(house.phones[who]) for who in ("landlord", "Paul"))
    for phone in (landlord, paul):
        phone.says("hello")
    seen = len(landlord.chat()), len(paul.chat())
    paid = post(stack, "/payments/confirm/", tenant=tenant, amount=25_000, method="cash")
    stack.settle()
    for phone, before in zip((landlord, paul), seen, strict=True):
        answer = phone.received_after(before)
        assert "25,000 FCFA" in answer.text
        assert paid["receipt_number"] in answer.text
        assert len(answer.documents) == 1
    seen = len(landlord.chat()), len(paul.chat())
    post(stack, "/payments/modify/", payment=paid["id"], void=True, reason="bounced")
    stack.settle()
    for phone, before in zip((landlord, paul), seen, strict=True):
        assert paid["receipt_number"] in phone.received_after(before).text
    seen = len(landlord.chat())
    post(stack, "/payments/confirm/", tenant=tenant, amount=10_000, notify=False)
    stack.settle()
    assert len(landlord.chat()) == seen
