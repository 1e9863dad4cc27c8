"""The 24-hour window: inside it words, outside it only templates, and nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lebailleur import clock, identity
from lebailleur.conversation import inbox, outbox
from lebailleur.conversation.models import OutboxItem
from lebailleur.database import make_engine, reading, writing
from lebailleur.orm import Base
from lebailleur.whatsapp import inbound, templates, webhook
from tests.simulator.stack import TENANT, stack_on
from tests.whatsapp.sending import Sending, alerts

ASKED = [["Déjà payé", "/record_payment"], ["Donner une date", "/request_extension"]]
RENT = "Bonjour Paul. À payer aujourd'hui : *50 000 FCFA*."


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[Sending]:
    made = make_engine(f"sqlite:///{tmp_path / 'window.db'}")
    Base.metadata.create_all(made)
    approved = templates.every_created()
    with stack_on(made, status_delay=0.03, approved=approved) as stack:
        yield Sending(made, stack)
    made.dispose()


def wrote(sending: Sending, **ago: float) -> str:
    """The tenant wrote so long ago, and was answered; their id."""
    moment = sending.now - timedelta(**ago)
    with clock.moved_to(moment), writing(sending.engine) as session:
        person = identity.of_phone(session, TENANT)
        inbox.conversation_of(session, person.id).last_in_at = moment
    return person.id


def test_26_a_reply_after_24_hours_comes_as_a_template_and_no_loop(sending: Sending) -> None:
    """Who never wrote may have done so before this database began: it is tried, Meta refuses it
    afterwards, then the template goes."""
    number = sending.say(TENANT, RENT, options=ASKED, matter="EXTERNAL_rent_due")
    sending.go()
    assert sending.seen(TENANT) == []
    sending.statuses_arrive(1)
    assert sending.item(number).state == "waiting"
    sending.go()
    [seen] = sending.seen(TENANT)
    assert RENT in seen
    assert seen.startswith("Rappel d'échéance")
    sending.statuses_arrive(3)
    sending.go()
    assert len(sending.seen(TENANT)) == 1
    assert sending.item(number).state == "delivered"


def test_26_who_is_known_to_be_outside_is_sent_the_template_at_once(sending: Sending) -> None:
    wrote(sending, hours=24, minutes=1)
    number = sending.say(TENANT, RENT, options=ASKED, matter="EXTERNAL_rent_due")
    sending.go()
    [message] = [each for each in sending.stack.chat(TENANT) if not each["mine"]]
    assert message["kind"] == "template"
    assert [(b["title"], b["id"]) for b in message["buttons"]] == [tuple(a) for a in ASKED]
    assert sending.item(number).state == "sent"


def test_what_has_no_template_of_its_own_goes_by_the_one_for_anything(sending: Sending) -> None:
    wrote(sending, days=3)
    sending.say(TENANT, "Line one.\nLine two.", options=[["Oui", "/affirm"], ["Non", "/deny"]])
    sending.go()
    [seen] = sending.seen(TENANT)
    assert "Line one. • Line two. • 1 · Oui • 2 · Non" in seen


def test_a_receipt_keeps_its_paper(sending: Sending) -> None:
    wrote(sending, days=3)
    paper = {"ref": "receipt:L1-2026-0001", "filename": "L1-2026-0001.pdf"}
    sending.say(TENANT, "Reçu n° L1-2026-0001.", document=paper, matter="EXTERNAL_receipt")
    sending.go()
    [message] = [each for each in sending.stack.chat(TENANT) if not each["mine"]]
    assert message["media"]["name"] == "L1-2026-0001.pdf"
    assert message["text"].startswith("Reçu de votre paiement")


def test_what_has_no_room_is_held_until_they_write(sending: Sending) -> None:
    person = wrote(sending, days=3)
    long = "\n".join(f"Locataire {number} doit 50 000 FCFA." for number in range(60))
    sending.say(TENANT, long)
    sending.go()
    [seen] = sending.seen(TENANT)
    assert "…" in seen
    assert len(seen) <= templates.LONGEST_BODY
    sending.go()
    assert len(sending.seen(TENANT)) == 1
    sending.stack.say(TENANT, "ok")
    wrote(sending, minutes=0)
    with writing(sending.engine) as session:
        outbox.release(session, [person])
    sending.go()
    assert sending.seen(TENANT)[-1] == long


def test_what_goes_as_a_template_begins_anew(sending: Sending) -> None:
    """A part of a long text has failed, and when it is sent again the window is closed."""
    sending.stack.say(TENANT, "ok")
    wrote(sending, minutes=0)
    number = sending.say(TENANT, "A sentence of the report. " * 400)
    sending.go()
    wamid = sending.item(number).content["wamids"]["0"]
    told = inbound.Status(wamid, "failed", "an error", f"outbox:{number}:0/3", 131000)
    with sending.at(), writing(sending.engine) as session:
        webhook.note_status(session, told)
    assert sending.item(number).content["redo"] == [0]
    wrote(sending, days=3)
    sending.later(minutes=1)
    sending.go()
    kinds = [each["kind"] for each in sending.stack.chat(TENANT) if not each["mine"]]
    assert kinds == ["text", "text", "text", "template"]


def test_27_a_missing_template_is_tried_once_in_the_other_language(sending: Sending) -> None:
    wrote(sending, days=3)
    sending.fault(kind="refuse", times=1, code=132001)
    sending.say(TENANT, RENT, options=ASKED, matter="EXTERNAL_rent_due")
    with capture_logs() as lines:
        sending.go()
    assert sending.seen(TENANT)[0].startswith("About a payment due")
    assert alerts(lines) == [("template_missing", 132001)]
    sending.fault(kind="refuse", times=100, code=132001)
    number = sending.say(TENANT, RENT, options=ASKED, matter="EXTERNAL_rent_due")
    with capture_logs() as lines:
        sending.go()
    assert sending.item(number).state == "failed"
    assert alerts(lines) == [("template_missing", 132001), ("message_refused", 132001)]
    [left] = sending.faults()
    assert left["times"] == 98  # once in each language


def test_27_a_paused_template_is_held_until_it_is_not(sending: Sending) -> None:
    wrote(sending, days=3)
    sending.fault(kind="refuse", times=1, code=132015)
    number = sending.say(TENANT, RENT, options=ASKED, matter="EXTERNAL_rent_due")
    with capture_logs() as lines:
        sending.go()
    assert alerts(lines) == [("template_paused", 132015)]
    sending.later(hours=3)
    sending.go()
    assert (sending.item(number).state, sending.seen(TENANT)) == ("later", [])
    sending.later(minutes=6)
    sending.go()
    assert len(sending.seen(TENANT)) == 1


def test_27_a_wrong_number_of_parameters_is_ours_to_mend(sending: Sending) -> None:
    wrote(sending, days=3)
    sending.fault(kind="refuse", times=100, code=132000)
    number = sending.say(TENANT, RENT, options=ASKED, matter="EXTERNAL_rent_due")
    with capture_logs() as lines:
        sending.go()
    assert sending.item(number).state == "failed"
    assert alerts(lines) == [("message_refused", 132000)]
    [left] = sending.faults()
    assert left["times"] == 99  # never again as it is


def test_who_waits_for_an_answer_is_inside_the_window(sending: Sending) -> None:
    with sending.at(), writing(sending.engine) as session:
        person = identity.of_phone(session, TENANT)
        assert outbox.window_of(session, person.id) == "unknown"
        inbox.keep(session, "wamid.1", person.id, "message", {"text": "hello"})
        assert outbox.window_of(session, person.id) == "open"


def test_the_window_is_open_for_a_day(sending: Sending) -> None:
    with sending.at():
        for hours, window in ((1, "open"), (23.5, "open"), (24, "closed"), (400, "closed")):
            person = wrote(sending, hours=hours)
            with reading(sending.engine) as session:
                assert outbox.window_of(session, person) == window


def test_every_template_fits_and_says_the_same_in_both_languages() -> None:
    for each in templates.every():
        assert len(each.buttons["fr"]) == len(each.buttons["en"])
        for language in templates.LANGUAGES:
            assert len(each.example[language]) < each.room(language)
            options = [[title, f"/{number}"] for number, title in enumerate(each.buttons[language])]
            media = {"id": "1", "filename": "a.pdf"} if each.with_document else None
            payload, whole = templates.filled(
                each, language, each.example[language], options, media
            )
            assert whole
            assert payload["template"]["language"] == {"code": language}


def test_held_items_are_not_sent_by_themselves(sending: Sending) -> None:
    with sending.at(), writing(sending.engine) as session:
        person = identity.of_phone(session, TENANT)
        session.add(
            OutboxItem(
                person_id=person.id,
                content={"text": "held", "options": []},
                state="held",
                created_at=clock.now(),
            )
        )
    sending.go()
    assert sending.seen(TENANT) == []
