"""Numbers in French or English words, below a million."""

import re

from text_to_num import text2num  # type: ignore[import-untyped]

from lebailleur.understanding.folding import vocabulary

_UNREAD = {"zero": 0, "a": 1, "an": 1, "tree": 3, "quatrevingt": 80}
_ORDINALS = vocabulary(
    {
        1: "first premier premiere 1er 1ere 1st",
        2: "second deuxieme",
        3: "third troisieme",
        4: "fourth quatrieme",
        5: "fifth cinquieme",
        6: "sixth sixieme",
        7: "seventh septieme",
        8: "eighth huitieme",
        9: "ninth neuvieme",
        10: "tenth dixieme",
        11: "eleventh",
        12: "twelfth",
        13: "thirteenth",
        14: "fourteenth",
        15: "fifteenth quinzieme",
        16: "sixteenth",
        17: "seventeenth",
        18: "eighteenth",
        19: "nineteenth",
        20: "twentieth vingtieme",
        30: "thirtieth trentieme",
    }
)


def number(text: str) -> int | None:
    """``trente``, ``fifty-five``, ``a``, ``12`` as a whole number (folded text); else None."""
    text = text.strip()
    if text.isdecimal():
        return int(text) if len(text) < 12 else None
    if text in _UNREAD:
        return _UNREAD[text]
    spelled = re.sub(r"^an? (?=hundred|thousand)", "", text)
    for language in ("fr", "en"):
        try:
            return int(text2num(spelled, language))
        except ValueError:
            continue
    return None


def ordinal(text: str) -> int | None:
    """``15th``, ``1er``, ``twenty-first``, ``quinze``, ``05`` as a whole number (folded text)."""
    tens, _, unit = text.replace("-", " ").rpartition(" ")
    if unit in _ORDINALS:
        above = number(tens) if tens else 0
        return None if above is None else above + _ORDINALS[unit]
    figures = re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th|er|ere|e|eme|ieme)?", text)
    return int(figures[1]) if figures else number(text)
