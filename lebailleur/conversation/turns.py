"""One turn: a kept message becomes words or a payload for Rasa, its replies one bubble."""

import re
from collections.abc import Sequence
from typing import Any

from lebailleur.conversation.rasa import Option, Reply

# WhatsApp takes a document's caption up to this length.
LONGEST_CAPTION = 1024
GO_BACK = "/go_back"
# A text that is recognised before Rasa sees it; the action reads it where it is kept.
MOBILE_MONEY = "/mobile_money"

_NUMBER = re.compile(
    r"(?:(?:the|le|la) )?(?:n[°ºo]?\.?|num[eé]ro|number|option|choix)?\s*(\d{1,3})\s*[.)°]?", re.I
)
_WORDS = {
    1: "one un une first premier première",
    2: "two deux second deuxième seconde",
    3: "three trois third troisième",
    4: "four quatre fourth quatrième",
    5: "five cinq fifth cinquième",
    6: "six sixth sixième",
    7: "seven sept seventh septième",
    8: "eight huit eighth huitième",
    9: "nine neuf ninth neuvième",
    10: "ten dix tenth dixième",
}
_SAID = {word: number for number, words in _WORDS.items() for word in words.split()}
_AROUND = re.compile(r"^(?:the|le|la|l'|option|number|num[eé]ro)\s+|\s+(?:one|option)$", re.I)
# What a paper's QR code says: its number and its code.
_PAPER = re.compile(r"\b(L\d{1,9}-\d{4}-\d{4,8})[\s:]+([A-Z0-9]{8})\b", re.I)
# "1️⃣" is a digit and two marks.
_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")


def for_rasa(content: dict[str, Any], options: Sequence[Sequence[str]] | None) -> str:
    """What Rasa is told: an option's payload where one was chosen, otherwise the words.

    `options` are the [title, payload] that the person was shown last, by their numbers, if they
    still count.
    """
    if payload := content.get("payload"):
        return str(payload)
    text = str(content.get("text") or "").strip()
    if not text:
        if kind := content.get("unsupported"):
            return f'/unsupported_message{{"message_type": "{kind}"}}'
        return "?"
    if text.translate(_KEYCAP) == "0":
        return GO_BACK
    if options and (payload := chosen(text, options)):
        return payload
    if paper := _PAPER.search(text):
        # No sentence, so the model is not asked what it means.
        number, code = (each.upper() for each in paper.groups())
        return f'/verify_receipt{{"payment": "{number}", "choice": "{code}"}}'
    # Nobody types Rasa's payload syntax.
    return re.sub(r"^[/\s]+", "", text) or "?"


def chosen(text: str, options: Sequence[Sequence[str]]) -> str | None:
    """The payload of the option that a text names: by its number, in digits or as a word, or by
    its title."""
    said = text.translate(_KEYCAP).strip(" \t\n.!?").casefold()
    for title, payload in options:
        if said == title.strip().casefold():
            return payload
    match = _NUMBER.fullmatch(said)
    number = int(match[1]) if match else _SAID.get(_AROUND.sub("", said))
    if number is not None and 1 <= number <= len(options):
        return options[number - 1][1]
    return None


def bubbles(replies: Sequence[Reply]) -> list[dict[str, Any]]:
    """What goes out: one message where WhatsApp's limits allow it.

    Texts are joined, the options are those of the last reply that has any; a document takes the
    words as its caption when nothing is to be chosen and they fit. Lines stand below the words
    that came before them; `pages` cuts what is too long.
    """
    listed = next((at for at, each in enumerate(replies) if each.lines), None)
    if listed is not None:
        content = _content(_words(replies[:listed]), _options(replies), None)
        lines = [list(line) for each in replies for line in each.lines]
        return [{**content, "lines": lines, "below": _words(replies[listed:])}]
    text, options = _words(replies), _options(replies)
    first_page = next((each.first_page for each in replies if each.first_page), None)
    if first_page is not None:
        return [{**_content(text, options, None), "first_page": first_page}]
    documents = [each.document for each in replies if each.document]
    if secret := next((each.secret for each in replies if each.secret), None):
        return [{**_content(text, options, None), "secret": secret}]
    if not documents:
        return [_content(text, options, None)] if text or options else []
    if len(documents) == 1 and not options and len(text) <= LONGEST_CAPTION:
        return [_content(text, [], documents[0])]
    before = [_content(text, options, None)] if text or options else []
    return [*before, *(_content("", [], each) for each in documents)]


def said_first(replies: Sequence[Reply]) -> list[dict[str, Any]]:
    """What goes out when we speak first: one message; but where a question was open that is asked
    again, it stands apart, so that what was said can be tapped as well as answered later."""
    after = next((at for at, each in enumerate(replies) if each.options), len(replies)) + 1
    if not any(each.options for each in replies[after:]):
        return bubbles(replies)
    return bubbles(replies[:after]) + bubbles(replies[after:])


def _words(replies: Sequence[Reply]) -> str:
    return "\n\n".join(each.text.strip() for each in replies if each.text and each.text.strip())


def _options(replies: Sequence[Reply]) -> list[Option]:
    # What stands above the last question is no longer to be chosen from.
    last = next((each for each in reversed(replies) if each.options or each.text), None)
    return list(last.options) if last else []


def _content(
    text: str, options: Sequence[Option], document: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "text": text,
        "options": [list(each) for each in options],
        "document": document,
    }
