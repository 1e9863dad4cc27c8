"""What is sent is billed (WhatsApp bills each message since 2026-10-01): so many a task at most."""

from lebailleur.database import writing
from tests.conversations import houses
from tests.stack import Stack


def test_a_payment_costs_three_messages_and_one(stack: Stack) -> None:
    """From free text: the summary and the receipt to the landlord, the receipt to the tenant."""
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.villa_rose(session, "en")
    landlord, paul = (stack.phone(house.phones[name]) for name in ("landlord", "Paul"))
    landlord.says("Paul paid 50k by momo")
    landlord.says("1")
    to_landlord, to_tenant = (
        [each for each in phone.chat() if not each["mine"]] for phone in (landlord, paul)
    )
    assert len(to_landlord) <= 3
    assert len(to_tenant) == 1
    assert to_landlord[-1]["media"]["name"] == to_tenant[0]["media"]["name"]


def test_who_owes_costs_one_message(stack: Stack) -> None:
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.residence(session, "fr")
    assert len(stack.phone(house.phones["landlord"]).says("qui n'a pas payé ?").messages) == 1
