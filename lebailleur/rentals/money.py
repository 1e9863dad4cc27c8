"""Sums as people there write them, in figures and in words."""

from num2words import num2words

# A narrow no-break space, so that a sum is never broken over two lines.
THIN = "\u202f"


def figures(amount: int, language: str, currency: str = "XAF") -> str:
    """``50 000 FCFA`` in French, ``50,000 FCFA`` in English; other currencies by their code."""
    unit = "FCFA" if currency in ("XAF", "XOF") else currency
    grouped = f"{amount:,}"
    if language == "fr":
        grouped = grouped.replace(",", THIN)
    return f"{grouped}\u00a0{unit}"


def in_words(amount: int, language: str, currency: str = "XAF") -> str:
    """``Vingt-cinq mille francs CFA`` · ``Twenty-five thousand CFA francs``."""
    words = str(num2words(amount, lang=language))
    if currency not in ("XAF", "XOF"):
        return f"{words[:1].upper()}{words[1:]} {currency}"
    if language == "fr":
        # "un million de francs", but "un million deux cent mille francs".
        of = "de " if amount and amount % 1_000_000 == 0 else ""
        unit = "franc CFA" if amount == 1 else "francs CFA"
        sentence = f"{words} {of}{unit}"
    else:
        sentence = f"{words} CFA {'franc' if amount == 1 else 'francs'}"
    return sentence[:1].upper() + sentence[1:]
