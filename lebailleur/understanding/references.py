"""Words that point back: "he also paid the light bill", "and Marie too", "pareil pour la 5"."""

import re
from typing import Literal

from lebailleur.understanding.folding import fold, vocabulary, words, wordset

Gender = Literal["m", "f", "unknown"]

_HE = wordset("he him his himself celui")
_SHE = wordset("she her hers herself elle celle")
# French possessives and "lui" say nothing of who it is; Pidgin says "im" of anybody.
_EITHER = wordset("lui son sa ses im")
# "il reste 30 000", "il faut", "il y a": nobody is meant.
_IL = re.compile(r"\bil\b(?!\s+(?:reste|manque|faut|y|est tard|pleut|s'agit|restait|manquait))")
_SAME_PERSON = re.compile(
    r"\b(?:same (?:person|tenant|guy|man|woman)|(?:le|la) meme (?:personne|locataire))\b"
)
_ALSO = re.compile(
    r"\b(?:also|too|as well|likewise|ditto|same(?: thing)?|aussi|egalement|pareil(?:lement)?|idem"
    r"|(?:la )?meme chose|de meme)\b"
)

# Titles, and the commonest first names there, of one gender only.
_OF_NAMES: dict[str, Gender] = vocabulary(
    {
        "m": "mr monsieur mister sir pa papa tonton tata uncle brother frere alhadji alhaji pere"
        " paul pierre jean jacques joseph emmanuel samuel daniel david blaise serge alain martin"
        " michel patrick eric francis thomas andre peter john james george henri gilbert robert"
        " ibrahim moussa ousmane abdou hamidou amadou felix simon lucas marc luc charles victor"
        " herve landry boris armand guy jules roger rodrigue christian julien",
        "f": "mme madame mrs ms miss mlle ma mama maman mami tantine tante auntie aunty sister"
        " soeur hadja mere marie awa rose esther jeanne anne brigitte chantal sandrine carine"
        " nadege solange mireille berthe martine helene claire sophie aminatou aissatou fatima"
        " fadimatou mariama grace mercy blessing florence vivian comfort patience ruth rebecca"
        " sarah julie christine josephine therese agnes odette pauline bernadette delphine",
    }
)


def gender_of(name: str) -> Gender:
    """What a person's name tells of their gender, by its first word that tells anything."""
    return next((_OF_NAMES[word] for word in words(name) if word in _OF_NAMES), "unknown")


def third_person(text: str) -> Gender | None:
    """Whether a text speaks of somebody by a pronoun alone, and of which gender; None if not."""
    folded = fold(text)
    told = set(words(folded))
    if told & _SHE:
        return "f"
    if told & _HE or _IL.search(folded):
        return "m"
    return "unknown" if told & _EITHER or _SAME_PERSON.search(folded) else None


def also(text: str) -> bool:
    """Whether a text says that the same holds once more ("too", "idem", "same for April")."""
    return _ALSO.search(fold(text)) is not None


_SETS_RIGHT = re.compile(
    r"\b(?:it|that|this|c'?) ?(?:is|was|s|est|etait)\b|\b(?:meant|not|pas|plutot|rather)\b"
)


def sets_right(text: str) -> bool:
    """Whether a text says what is right ("it was Marie", "not Paul"), not only what is wrong
    ("correct Marie's payment")."""
    return _SETS_RIGHT.search(fold(text)) is not None
