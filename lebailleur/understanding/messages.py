"""What of a text is the message to be passed on, and what only says to whom it goes.

"tell Paul that the plumber comes tomorrow" → *the plumber comes tomorrow*. Where the split is not
clear the whole text is the message: nothing of what was written may be lost.
"""

import re
from dataclasses import dataclass

from lebailleur.understanding.folding import fold, wordset

_CONNECTOR = re.compile(
    r"\s*(?::(?=\s|$)|\s[-–—]\s|\b(?:that|que|comme quoi)\b|\bqu['’])\s*", re.IGNORECASE
)
# "tell Paul the plumber comes": what follows whom it is told to is a sentence of its own.
_TELLING = re.compile(r"(?:please |pls |abeg )?(?:tell|inform|let|notify|warn)\b", re.IGNORECASE)
# … unless it goes on like this: "tell Paul to come", "inform them about the cleaning".
_GOES_ON = wordset("to for about not if whether when make say of on and or in at with")
# In "tell Paul he must pay", "he" is Paul: to Paul himself it cannot be said like that.
_THIRD_PERSON = wordset("he she they him her his their il elle ils elles on lui leur")
_BARE = wordset(
    "i want to would like need can could please pls a an the my this je veux voudrais aimerais"
    " dois peux veuillez svp stp un une le la les mon ma mes de du des d l au aux a dans for of in"
    " with send write contact tell report signal say pass message messages word something"
    " envoyer envoie envoyez ecrire ecris ecrivez contacter dire laisser transmettre signaler"
    " parler talk speak quelque chose mot landlord landlady owner bailleur bailleresse"
    " proprietaire proprio tenant tenants locataire locataires problem problems issue fault"
    " damage complaint panne pannes probleme plainte defaut house home room logement maison"
    " chambre there is il y has have ai have got new nouvelle have answer reply repondre"
)
# An address has one of these; "the man that lives upstairs" has none, and is no address.
_ADDRESSING = wordset(
    "tell inform notify warn say let ask announce write send pass message messages forward dis dit"
    " dites dire informe informez informer previens prevenez prevenir avertis avertissez annonce"
    " annoncez ecris ecrivez fais faites transmets transmettez envoie envoyez demande demandez"
)
_LONGEST_ADDRESS = 12  # words


@dataclass(frozen=True)
class Addressed:
    """`address`: the words that say to whom; `words`: the message, None when there is none yet."""

    address: str
    words: str | None


def read_addressed(text: str, addressee_end: int | None = None) -> Addressed:
    """Split a text into whom it is for and what they are to hear.

    `addressee_end` is where the first one named ends in the text, when somebody is named.
    """
    address, words = _split(text.strip(), addressee_end)
    bare = words is None or is_bare(words)
    return Addressed(address, None if bare else words)


def is_bare(text: str) -> bool:
    """Whether a text only says that there is something to say: "I want to report a problem"."""
    return not set(re.findall(r"[^\W_]+", fold(text))) - _BARE


def _split(text: str, end: int | None) -> tuple[str, str | None]:
    connector = _CONNECTOR.search(text)
    if connector and _is_address(text[: connector.start()]):
        words = text[connector.end() :].strip()
        return text[: connector.start()], _sayable(words, text)
    if end is None:
        return text, text
    address, rest = text[:end], text[end:].strip(" ,.!")
    if not rest:
        return text, None
    told = re.sub(r"^know\b\s*", "", rest, flags=re.IGNORECASE)
    first = re.match(r"[^\W_]+", fold(told))
    if _TELLING.match(text) and first and first[0] not in _GOES_ON and len(told.split()) > 1:
        return address, _sayable(told, text)
    return address, text


def _is_address(text: str) -> bool:
    told = re.findall(r"[^\W_]+", fold(text))
    return len(told) <= _LONGEST_ADDRESS and bool(_ADDRESSING.intersection(told))


def _sayable(words: str, text: str) -> str | None:
    first = re.match(r"[^\W_]+", fold(words))
    if first is None:
        return None
    return text if first[0] in _THIRD_PERSON else words
