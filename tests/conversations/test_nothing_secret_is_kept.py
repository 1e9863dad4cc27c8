"""What an operator's message says of a balance, a code or a token is in no table and in no log; nor
is a key to the REST API that was told in the chat."""

import re
import sqlite3

import requests
import sqlalchemy as sa

from lebailleur.database import writing
from lebailleur.orm import Base
from tests.conversations import houses
from tests.stack import Stack

BALANCE, CODE, TOKEN = "7654321", "918273", "5566 7788 9900 1122 3344"
MESSAGES = (
    "Vous avez recu 50000 XAF de PAUL MBARGA (237677123456) sur votre compte Mobile"
    f" Money 2026-03-09 14:05:11. Votre nouveau solde est de {BALANCE} FCFA."
    " Transaction ID: 72000000001.",
    f"0 FCFA, Commission: 0 FCFA, Nouveau Solde: {BALANCE}.00 FCFA",
    f"Votre code de confirmation MTN MoMo est: {CODE}. Ne le partagez pas.",
    f"ENEO: Token {TOKEN}, compteur 014123, 12.5 kWh, Prix 5000 FCFA",
)


def test_nothing_secret_is_kept(stack: Stack) -> None:
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.villa_rose(session, "en")
    for who in ("landlord", "Paul"):
        phone = stack.phone(house.phones[who])
        for message in MESSAGES:
            phone.says(message)
    everything = _everything(stack)
    assert "72000000001" in everything
    for secret in (BALANCE, CODE, TOKEN, TOKEN.replace(" ", "")):
        assert secret not in everything


def test_a_key_is_told_once_and_opens_what_is_the_landlords(stack: Stack) -> None:
    with houses.at(stack.now()), writing(stack.engine) as session:
        house = houses.villa_rose(session, "en")
    answer = stack.phone(house.phones["landlord"]).says("give me an API key")
    key = re.findall(r"lb_[\w-]{40,}", answer.text)[0]
    headers = {"Authorization": f"Bearer {key}"}
    found = requests.get(f"{stack.url}/landlords/", headers=headers, timeout=10).json()
    assert [each["id"] for each in found["results"]] == [house.landlord_id]
    everything = _everything(stack)
    assert "api_key:" in everything
    assert key not in everything


def _everything(stack: Stack) -> str:
    """All that is kept and logged on our side."""
    kept = ["", stack.log.read_text(errors="replace")]
    with stack.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            # The simulator's phones and notifications are WhatsApp's side.
            if not table.name.startswith("sim_"):
                kept += [repr(row) for row in connection.execute(sa.select(table))]
    with sqlite3.connect(stack.environment["TRACKER_DB"]) as tracker:
        kept += [repr(row) for row in tracker.execute("SELECT * FROM events")]
    return "\n".join(kept)
