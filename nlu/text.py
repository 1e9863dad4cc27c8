"""Words of a message: cut for French and English, folded and spelled out, with their offsets.

Everything here keeps positions: `fold` gives as many characters as it takes, so that what is
found in the folded text is found at the same place in the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, List

# What is read of a message; a rent message is never longer, a pasted book is.
LONGEST = 2000

_ODD = {"œ": "o", "æ": "a", "ø": "o", "ß": "s", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}
_SHORTHAND: Dict[str, str] = {}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char in _ODD:
        return _ODD[char]
    if char.isspace():
        return "\n" if char == "\n" else " "
    folded = unicodedata.normalize("NFKD", char.lower())
    return folded[0] if folded else char


def fold(text: str) -> str:
    """`text` in lower case without accents, of exactly the same length."""
    return "".join(map(_fold_char, text))


@dataclass(frozen=True)
class Word:
    """A word of a message: as written, its place, and its plain spelling."""

    text: str
    start: int
    end: int
    norm: str


_WORD = re.compile(
    r"(?:aujourd'hui|quelqu'un|d'accord|presqu'ile)"
    r"|\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)"  # French elision: l'|eau
    r"|'s\b"  # Paul's, it's
    r"|[a-z]+'(?!s\b)[a-z]+"  # don't, i've, Eto'o
    r"|\d+|[^\W\d_]+(?:-[^\W\d_]+)*|[^\w\s]|_"
)


def words(text: str) -> List[Word]:
    """The words of `text`, at most of its first LONGEST characters."""
    text = text[:LONGEST]
    folded = fold(text)
    return [
        Word(text[m.start() : m.end()], m.start(), m.end(), spelled(m.group()))
        for m in _WORD.finditer(folded)
    ]


def spelled(folded_word: str) -> str:
    """The usual spelling of a folded word: shorthand written out, letters repeated for stress cut."""
    word = re.sub(r"([a-z])\1{2,}", r"\1", folded_word)
    return _SHORTHAND.get(word, word)


_SHORTHAND.update(
    pair.split("=")
    for pair in """
    slt=salut bjr=bonjour bsr=bonsoir cc=coucou stp=s'il-te-plait svp=s'il-vous-plait mrc=merci
    pls=please plz=please plse=please thx=thanks tnx=thanks thks=thanks tks=thanks u=you ur=your r=are
    y=why msg=message tmrw=tomorrow 2moro=tomorrow 2morow=tomorrow tmr=tomorrow 2day=today yest=yesterday
    pr=pour ds=dans ac=avec av=avec tt=tout tte=toute ts=tous kel=quel koi=quoi pk=pourquoi pkoi=pourquoi
    pcq=parce-que jv=je-veux jvx=je-veux vx=veux g=j'ai jai=j'ai c=c'est cest=c'est ke=que ki=qui kan=quand
    qd=quand cmt=comment cmnt=comment bcp=beaucoup mtn=maintenant auj=aujourd'hui ajd=aujourd'hui
    dem=demain hr=heure prop=proprietaire proprio=proprietaire loc=locataire apt=appt app=appt
    rm=room ch=chambre chbre=chambre chb=chambre qlq=quelque nv=nouveau nvo=nouveau nvelle=nouvelle
    paye=paye payee=paye payer=payer paie=paie rec=recu recus=recu num=numero nbr=nombre
    dont=don't didnt=didn't hasnt=hasn't havent=haven't cant=can't wont=won't doesnt=doesn't isnt=isn't
    im=i'm ive=i've ill=i'll wat=what wats=what's wanna=want gonna=going abt=about b4=before
    """.split()
)
