"""A tenant's picture, voice note or paper reaches the landlord with what it belongs to."""

import hashlib

import pytest
import requests

from lebailleur.conversation.models import Attachment
from lebailleur.database import reading, writing
from lebailleur.whatsapp.simulator.tables import SimMedia
from tests.conversations import houses
from tests.conversations.houses import House
from tests.journey.test_journey import last_words, notification, post
from tests.stack import Answer, Phone, Stack, words_of

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def house(stack: Stack) -> House:
    with houses.at(stack.now()), writing(stack.engine) as session:
        return houses.villa_rose(session, "fr")


def bytes_of(stack: Stack, answer: Answer) -> list[bytes]:
    """The files of an answer, as the phone would load them."""
    urls = [each["media"]["url"] for each in answer.messages if each.get("media")]
    return [requests.get(f"{stack.url}{url}", timeout=10).content for url in urls]


def landlord_sees(stack: Stack, house: House, before: int) -> Answer:
    stack.settle()
    return stack.phone(house.phones["landlord"]).received_after(before)


def begins(stack: Stack, house: House) -> tuple[Phone, int]:
    before = len(stack.phone(house.phones["landlord"]).chat())
    return stack.phone(house.phones["Paul"]), before


def test_15_a_picture_goes_with_the_claim_that_follows_it(stack: Stack, house: House) -> None:
    paul, before = begins(stack, house)
    assert "C'est à quel sujet" in paul.sends("image", "momo.png", "image/png", PIXEL).text
    paul.says("1")
    assert "Je transmets" in paul.says("50 000").text
    seen = landlord_sees(stack, house, before)
    assert "Paul Mbarga" in seen.text
    assert "avec le paiement annoncé" in seen.text
    assert PIXEL in bytes_of(stack, seen)
    with reading(stack.engine) as session:
        [kept] = [
            each
            for each in session.query(Attachment)
            if each.person_id == paul_id(session, house) and each.state == "kept"
        ]
        assert hashlib.sha256(kept.data or b"").digest() == hashlib.sha256(PIXEL).digest()
        assert (kept.about or "").startswith("claim:")


def paul_id(session: object, house: House) -> str:
    from lebailleur.rentals.models import Lease

    return session.get_one(Lease, house.leases["Paul"]).tenant.person_id  # type: ignore[attr-defined]


def test_15_a_caption_says_what_it_is_about(stack: Stack, house: House) -> None:
    paul, before = begins(stack, house)
    paul.sends(
        "image", "fuite.png", "image/png", PIXEL, caption="il y a une fuite d'eau au plafond"
    )
    seen = landlord_sees(stack, house, before)
    assert "fuite d'eau" in seen.text
    assert "avec la panne signalée" in seen.text
    assert PIXEL in bytes_of(stack, seen)


def test_15_a_voice_note_goes_with_a_message(stack: Stack, house: House) -> None:
    paul, before = begins(stack, house)
    voice = b"OggS" + bytes(200)
    paul.sends("voice", "note.ogg", "audio/ogg", voice)
    paul.says("3")
    paul.says("écoutez ma note vocale s'il vous plaît")
    seen = landlord_sees(stack, house, before)
    assert "écoutez ma note vocale" in seen.text
    assert voice in bytes_of(stack, seen)


def test_15_a_paper_goes_with_a_message(stack: Stack, house: House) -> None:
    paul, before = begins(stack, house)
    paper = b"%PDF-1.7 bail"
    assert "C'est à quel sujet" in paul.sends("document", "bail.pdf", "application/pdf", paper).text
    paul.says("3")
    paul.says("voici le bail signé")
    seen = landlord_sees(stack, house, before)
    assert "voici le bail signé" in seen.text
    assert [each["name"] for each in seen.documents] == ["bail.pdf"]
    assert bytes_of(stack, seen) == [paper]


@pytest.mark.parametrize(
    ("kind", "mime", "answer"),
    [("video", "video/mp4", "C'est à quel sujet"), ("sticker", "image/webp", "notes vocales")],
)
def test_15_a_video_or_a_sticker_goes_with_a_message(
    stack: Stack, house: House, kind: str, mime: str, answer: str
) -> None:
    """The simulator's phones send none, so it is told as WhatsApp tells it."""
    paul, before = begins(stack, house)
    paul.says("bonjour")
    content, digits = b"\x00\x00\x00\x18ftyp" + bytes(200), paul.number.lstrip("+")
    with writing(stack.engine) as session:
        file = SimMedia(
            id=int(digits),
            phone=digits,
            mime=mime,
            filename="file",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            created_at=stack.now(),
        )
        session.add(file)
    wamid, part = f"wamid.{kind}{digits}", {"id": digits, "mime_type": mime}
    told = {"from": digits, "id": wamid, "timestamp": "1", "type": kind, kind: part}
    assert post(stack, notification(told)).status_code == 200
    stack.settle(wamid)
    assert answer in last_words(stack, paul.number)
    paul.says("dites à mon bailleur que je passe demain")
    seen = landlord_sees(stack, house, before)
    assert "je passe demain" in seen.text
    assert bytes_of(stack, seen) == [content]


def test_a_file_of_a_type_that_is_not_kept_is_told(stack: Stack, house: House) -> None:
    paul, before = begins(stack, house)
    paul.sends("document", "x.txt", "text/plain", b"hello")
    paul.says("3")
    paul.says("voici mon fichier")
    seen = landlord_sees(stack, house, before)
    assert "a aussi envoyé un fichier" in seen.text
    assert not [each for each in seen.messages if each.get("media")]
    [told] = [each for each in paul.chat() if "n'a pas été gardé" in words_of(each)]
    assert "PDF, jusqu'à 16 Mo" in words_of(told)


def test_a_landlords_picture_is_answered_kindly(stack: Stack, house: House) -> None:
    landlord = stack.phone(house.phones["landlord"])
    answer = landlord.sends("image", "a.png", "image/png", PIXEL)
    assert "regarder les images" in answer.text
