"""Somebody with a username, whose number WhatsApp does not show: the product knows them by a user
id alone."""

import requests
from sqlalchemy import select

from lebailleur.database import reading
from lebailleur.rentals.models import Landlord, Payment
from tests.conversations import houses
from tests.stack import Phone, Stack


def newcomer(stack: Stack, username: str) -> Phone:
    told = requests.post(
        f"{stack.url}/simulator/phone/people",
        json={"name": "Awa N.", "username": username},
        timeout=10,
    )
    assert told.status_code == 201, told.text
    return stack.phone(told.json()["phone"])


def test_20_a_landlord_keeps_books_and_gives_receipts(stack: Stack) -> None:
    awa = newcomer(stack, "awa.n")
    tenant = houses.fresh_number()
    assert "your name" in awa.says("hello, I am a landlord").text
    assert "Awa Ndongo" in awa.says("Awa Ndongo").text
    awa.says("add a property")
    awa.says("Sunshine House, Molyko")
    awa.says("add a rent entity")
    awa.says("Room 7")
    awa.says("25000")
    for said in (f"new tenant Paul Eto in Room 7, {tenant}, since 1 March", "1", "1", "1"):
        answer = awa.says(said)
    assert "Paul Eto" in answer.text
    assert "Confirm" in awa.says("Paul paid 25k cash").text
    answer = awa.says("1")
    assert [each["name"] for each in answer.documents]
    with reading(stack.engine) as session:
        landlord = session.scalar(select(Landlord).where(Landlord.name == "Awa Ndongo"))
        assert landlord is not None
        assert landlord.phone is None
        assert session.scalars(
            select(Payment.amount).where(Payment.landlord_id == landlord.id)
        ).all() == [25_000]
    assert "Awa Ndongo" in "".join(str(each.get("text")) for each in stack.phone(tenant).chat())
    told = stack.admin("GET", f"/landlords/{landlord.id}/").json()
    assert (told["name"], told["whatsapp_number"]) == ("Awa Ndongo", None)


def test_20_customer_support_sees_that_there_is_no_number(stack: Stack) -> None:
    somebody = newcomer(stack, "paul.e")
    somebody.says("bonjour")
    somebody.says("je veux parler au service client")
    somebody.says("mon bailleur ne répond pas")
    chat = stack.phone(houses.SUPPORT).chat()
    assert any("(numéro non montré)" in str(each.get("text")) for each in chat) or any(
        "(number not shown)" in str(each.get("text")) for each in chat
    )
