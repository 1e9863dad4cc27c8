"""Long lists in pages: of options, so that each page fits WhatsApp's list, and of lines.

"More" is an option like others, with a number of its own (10, 20, …): so each number means one
thing on all pages, and a number of another page works from every page. The pages are made when
the answer is made and kept with the conversation; turning them asks nobody else.
"""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from lebailleur.conversation.turns import chosen

# WhatsApp's list holds ten rows: nine options and "More".
A_PAGE = 9
# At most so many lines; the pages of a list are about equally long.
LINES = 18
MORE = {"fr": "Plus", "en": "More"}
COUNT = {"fr": "_{first} à {last} sur {count}_", "en": "_{first} to {last} of {count}_"}

_TURN = "/more"
_SAID = re.compile(
    r"(?:more|plus|(?:la )?suite|suivant(?:e|s|es)?|next|encore|continue[rz]?|voir plus|show more"
    r"|see more|next page|page suivante)",
    re.IGNORECASE,
)

Content = dict[str, Any]


def of(content: Content, key: str, language: str) -> list[Content]:
    """An answer in pages, each to be sent as it is; only one where it is short enough.

    `content` is as `turns.bubbles` makes it: with all options, and with `lines` as [heading,
    line] that stand between `text` and `below`. `first_page` options stand on the first page, if
    it is to hold more than WhatsApp's list does. A page's `first` is its first option's number.
    `key` names the list, so that "More" under an older one does not turn this one's pages.
    """
    options, lines = content["options"], content.get("lines") or []
    text, below = content["text"], content.get("below") or ""
    most = content.get("first_page") or A_PAGE
    if len(options) > most + 1:
        found = _of_options(options, most, key, language)
        texts = [_joined(text, _shown(lines), below), *([""] * (len(found) - 1))]
    elif len(lines) > LINES:
        found, texts = [], []
        size = math.ceil(len(lines) / math.ceil(len(lines) / LINES))
        for first in range(0, len(lines), size):
            part = lines[first : first + size]
            last = first + len(part)
            turning = [[MORE[language], _turn(key, last // size)]] if last < len(lines) else []
            counted = COUNT[language].format(first=first + 1, last=last, count=len(lines))
            found.append({"options": [*options, *turning], "first": 1})
            texts.append(_joined(text if not first else "", [*_shown(part), counted], below))
    else:
        found, texts = [{"options": options, "first": 1}], [_joined(text, _shown(lines), below)]
    with_it: Content = {name: content[name] for name in ("document", "secret") if name in content}
    return [{**page, "text": words, **with_it} for page, words in zip(found, texts, strict=True)]


def numbered(pages: Sequence[Content], shown: int) -> list[list[str]]:
    """What the numbers mean while a page is shown: options of all pages, in their order."""
    if pages[-1]["first"] == 1:
        return list(pages[shown]["options"])  # pages of lines have the same options under each
    return [option for page in pages for option in page["options"]]


def wanted(
    content: Content, options: Sequence[Sequence[str]] | None, kept: Content | None
) -> int | None:
    """Which of the `kept` pages a message asks for, by a word, a number or a tap; None when it
    asks for something else. `kept` is ``{"key", "shown", "pages"}``."""
    if not kept:
        return None
    text = str(content.get("text") or "").strip()
    shown, count = int(kept["shown"]), len(kept["pages"])
    if _SAID.fullmatch(text.strip(" .!…")):
        return (shown + 1) % count
    if text == "0" and shown > 0:
        return shown - 1
    payload = content.get("payload") or chosen(text, options or [])
    return _page(payload, kept["key"], count) if payload else None


def _of_options(options: list[list[str]], most: int, key: str, language: str) -> list[Content]:
    """A menu's first page may be longer; the others are as long as WhatsApp's list."""
    parts = [options[:most]]
    parts += [options[at : at + A_PAGE] for at in range(most, len(options), A_PAGE)]
    found: list[Content] = []
    first = 1
    for following, part in enumerate(parts, 1):
        turning = [[MORE[language], _turn(key, following)]] if following < len(parts) else []
        found.append({"options": [*part, *turning], "first": first})
        first += len(part) + len(turning)
    return found


def _shown(lines: list[list[str]]) -> list[str]:
    found, heading = [], ""
    for above, line in lines:
        if above and above != heading:
            found.append(above)
        heading = above
        found.append(line)
    return found


def _joined(text: str, lines: list[str], below: str) -> str:
    above = "\n".join([text, *lines] if text else lines)
    return "\n\n".join(each for each in (above, below) if each)


def _turn(key: str, page: int) -> str:
    return f'{_TURN}{{"choice": "{key}:{page}"}}'


def _page(payload: str, key: str, count: int) -> int | None:
    if not payload.startswith(_TURN + "{"):
        return None
    whose, _, page = str(json.loads(payload[len(_TURN) :]).get("choice")).rpartition(":")
    return int(page) if whose == key and page.isdigit() and int(page) < count else None
