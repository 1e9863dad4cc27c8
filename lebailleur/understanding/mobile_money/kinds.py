"""What an operator's message is about, by its words: received, sent, lent, promised, failed."""

import re

from lebailleur.understanding.mobile_money.grammar import AMOUNT, ID, MASK, NUMBER

_I = re.I
_YOU = r"(?:\b(?:vous|vs) avez|\byou have|\byou've|\byou)(?: (?:bien|just|successfully|deja))?"
_ONE = r"(?:(?:un|une|a|le|la|the|votre|your) )?"
_SORT = (
    r"(?:transfert|paiement|payement|depot|virement|versement|montant|somme|transfer|payment"
    r"|deposit|amount|sum)(?: d'argent)? (?:de |d'|of )"
)
FROM = (
    r"(?:en provenance (?:de |d')|de la part (?:de |d')|(?:pro)?venant (?:de |d')|from |de |d'|of"
    r" |par |by )"
)

# Money came in: each with the sum (or None, where the message labels it) in group `sum`, and
# with what follows still to be read.
RECEIVED = re.compile(
    rf"(?:{_YOU} (?:recu|received)|\bvous venez de recevoir) ?:? ?{_ONE}(?:{_SORT})?"
    rf"(?P<sum>{AMOUNT})"
    rf"|\b(?:votre|your) (?:\w+ ){{0,4}}(?:(?:a ete|est) credite (?:de |d')|(?:has been|was|is)"
    rf" credited with )(?P<credited>{AMOUNT})",
    _I,
)


# A part of a name in brackets, as in "EGLISE (EEC) BASTOS"; a number in brackets is none.
ASIDE = r"\([^()0-9]{1,20}\)"


def _end(group: str) -> str:
    return rf"(?P<{group}>{NUMBER})(?P<{group}_name>(?:[^():]|{ASIDE}){{0,60}}?)"


_DONE = r"(?: a ete| est| has been| was| is)? (?:reussie?|effectuee?|successful|succeeded)\b"
_TWO = rf"{_end('a')} (?:vers|a|to|au)(?: le)? {_end('b')}"
TRANSFER = re.compile(
    rf"\btransfer?t?(?: d'argent)? (?:(?:de |of )(?P<sum>{AMOUNT}) )?(?:de|from) (?:le )?"
    rf"{_TWO}{_DONE}",
    _I,
)
TRANSFER_EN = re.compile(
    rf"\bsuccessful transfer (?:of (?P<sum>{AMOUNT}) )?from {_TWO}"
    rf"(?= ?[.,:;]| details| transaction| id\b|$)",
    _I,
)
DEPOSIT = re.compile(
    rf"(?:\bdepot (?:de (?P<sum>{AMOUNT}) )?(?:a ete )?effectue par"
    rf"|\bcash ?in success(?:ful)?(?: by| par)|\bcash ?in reussi par"
    rf"|\bdeposit (?:made|successful) by) {_TWO}"
    rf"(?= ?[.,:;]| details| informations?| transaction| montant| id\b|$)",
    _I,
)

OUT = re.compile(
    rf"{_YOU} (?:transfere|envoye|paye|retire|depose|achete|effectue|verse|transferred|sent|paid"
    rf"|withdrawn|withdrew|bought|purchased|deposited|made)\b[^.!?]{{0,60}}?{AMOUNT}"
    rf"|\b(?:retrait|paiement|payement|achat|withdrawal|payment|purchase)s? (?:d'argent )?"
    rf"(?:de |d'|of )[^.!?]{{0,30}}?{AMOUNT}"
    rf"|\b(?:votre|your) (?:retrait|paiement|transfert|achat|withdrawal|payment|transfer|purchase)"
    rf"\b[^.!?]{{0,60}}?{AMOUNT}"
    rf"|\bcash ?out\b[^.!?]{{0,80}}?{NUMBER}"
    rf"|\b(?:retrait|paiement|withdrawal|payment)\b[^.!?]{{0,80}}?(?:reussie?|effectue|successful)\b"
    rf"|\ba transaction of {AMOUNT}|\btransaction de {AMOUNT}"
    rf"|\b(?:votre|your) (?:\w+ ){{0,4}}(?:a ete debite|has been debited)",
    _I,
)
OPENERS = (RECEIVED, TRANSFER, TRANSFER_EN, DEPOSIT, OUT)

# Said before "you have received", these make no statement of it.
NOT_SAID = re.compile(
    r"\b(?:si|if|quand|lorsque|when|once|que|that|apres|after|des que|saviez|as soon as)$", _I
)

# What is received, but is no money; a payer may have such a name too.
_GIFT = (
    r"bonus|credit|airtime|top-? ?up|recharge|forfait|cash ?back|data|internet|appels?|points"
    r"|unites?|commissions?|interets?|interests?|remise|reduction|cadeau|gift|promo\w*|discount"
    r"|rembours\w*|refund\w*|revers\w*|reversal"
)
RETURNED = re.compile(r"(?:votre |your |un |une |a |the )?(?:rembours|refund|revers)", _I)
LOAN_WORDS = r"momo ?kash|xtra ?cash|pret|loan|avances?|advance|emprunt|nano ?credit|overdraft"
GIFT = re.compile(
    rf"(?:votre |your |un |une |a |the )?(?:{_GIFT})\b(?= ?$| ?[.,;!]| (?:de|d'|from|of|pour|for|"
    rf"valable|valid|sur|on|offert|a utiliser|mtn|orange)\b)",
    _I,
)
LENT = re.compile(rf"(?:votre |your |un |une |a |an |the )?(?:{LOAN_WORDS})\b", _I)
# Of somebody with a number, "LOAN EXPRESS LTD" is a name; "loan from" is none.
LENT_BY = re.compile(
    rf"(?:momo ?kash|xtra ?cash|nano ?credit)\b|{LENT.pattern}(?= ?$| (?:de|d'|from|of|by|par)\b)",
    _I,
)
LOAN = re.compile(
    r"\b(?:recu|received|beneficie|obtenu|granted) (?:de )?(?:d'|an? |une? |your |votre )"
    rf"(?:\w+ ){{0,3}}?(?:{LOAN_WORDS})\b"
    rf"|\b(?:{LOAN_WORDS})\b[^.!?]{{0,60}}?(?:approuve|accorde|approved|granted|disburse"
    r"|a rembourser|to (?:re)?pay|due on|echeance|overdue)",
    _I,
)
PROMOTION = re.compile(
    r"\b(?:recu|received) (?:your |votre |an? |une? )?(?:[0-9.,]+ ?(?:go|gb|mo|mb|min\w*|sms)\b|"
    rf"(?:\w+ ){{0,2}}?(?:{_GIFT})\b)",
    _I,
)
_ADVERTISED = re.compile(
    r"\b(?:gagne[zr]?|win|won|bonus|promo\w*|gratuit\w*|free|forfait|offre|profitez|enjoy|tombola"
    r"|composez|dial|telecharge[zr]|download|pas recu)\b",
    _I,
)
USSD = re.compile(r"[*#][0-9]{2,4}(?:\*[0-9]+)*#")
OPERATORS = re.compile(r"\b(?:mtn|momo|mobile ?money|orange ?money|orange|om|y'?ello|eneo)\b", _I)

_FAIL = (
    r"(?:annul\w*|echec|echou\w*|fail(?:ed|ure|s)?|cancel\w*|revers(?:ed|al)|rejet\w*|rejected"
    r"|refusee?|declined|extourn\w*|invalide?|expiree?|en attente|pending|suspend\w*|bloquee?"
    r"|insuffisant\w*|insufficient)\b"
)
_FAILED_NOW = re.compile(
    rf"\b(?:a ete|est|ete|was|is|been|has|a) (?:\w+ )?{_FAIL}|\btransaction {_FAIL}", _I
)
_FAIL_WORD = re.compile(rf"\b{_FAIL}", _I)
_CONDITION = re.compile(
    r"\b(?:pour|si|if|to|en cas d(?:e|'une?)?|in case of|for|toute?|any|afin d(?:e|')|jamais|never"
    r"|cannot be|ne peut)\b[ ,]*(?:[\w']+ ){0,4}(?:d'|l')?$",
    _I,
)
FUTURE = re.compile(
    r"\b(?:transfert|transaction|montant|argent|virement|paiement|depot|compte|transfer|amount"
    r"|money|payment|account|fcfa|xaf)\b[^.!?]{0,60}\b(?:sera|will be|va etre)\b (?:\w+ )?"
    r"(?:effectue|credite|verse|disponible|transfere|recu|credited|sent|available|received|made)",
    _I,
)
CODE = re.compile(
    r"\b(?:code|otp|pin|mot de passe|password|passcode)\b[^.!?]{0,60}?(?:[0-9]{4,8}\b|" + MASK + ")"
    r"|(?:\b[0-9]{4,8}|"
    + MASK
    + r") (?:est|is) (?:votre|your|le|the)\b[^.!?]{0,30}\b(?:code|otp|pin)\b",
    _I,
)
_SECRET = re.compile(
    r"\b(?:partage[zr]|communique[zr]|divulgue[zr]|share|disclose|expire[sr]?|valide?|otp"
    r"|confidentiel|secret|verification|confirmation|validation|autoris\w*|authori[sz]\w*)\b",
    _I,
)
TOKEN = re.compile(
    r"\b(?:token|jeton)\b[^.!?]{0,40}?(?:[0-9](?:[ -]?[0-9]){9,}|" + MASK + r")"
    r"|\b[0-9]{4}(?:[ -]?[0-9]{4}){4}\b|\bkwh\b[^!?]{0,200}\b(?:token|jeton|compteur|meter)\b"
    r"|\b(?:token|jeton|compteur|meter)\b[^!?]{0,200}\bkwh\b",
    _I,
)
# What only a machine writes. Two of them are a message; each may stand in one of its fragments.
_SIGNS = tuple(
    re.compile(each, _I)
    for each in (
        r"\b(?:nouveau|new) (?:\w+ )?(?:solde|balance)\b"
        r"|\b(?:your|votre) (?:\w+ )?(?:balance|solde)\b"
        rf"[^.!?]{{0,20}}?(?:est|is|:)[^.!?]{{0,6}}?(?:[0-9]|{MASK})",
        r"\b(?:montant|amount) (?:net|transaction|de (?:la )?transaction)\b|\btransaction amount\b"
        r"|\bnet (?:debit |credit )?amount\b",
        r"\b(?:frais|fees?|fee paid|charges) ?: ?(?:f?cfa|xaf)? ?[0-9]",
        r"\bcommission ?: ?(?:f?cfa|xaf)? ?[0-9]",
        r"\b(?:compte|account) (?:mtn )?(?:mobile ?money|momo|orange money)\b"
        r"|\b(?:mobile ?money|momo|orange money) (?:\S+ ){0,3}(?:compte|account)\b",
        r"\((?:\+?237)?[ ]?[62][0-9]{8}\b",
        r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}",
        r"\bmessage (?:de l'expediteur|from (?:the )?sender|du destinataire|to receiver)\b",
    )
)


def signs(text: str) -> int:
    """How many marks of an operator's message a plain text has."""
    return sum(bool(each.search(text)) for each in _SIGNS) + bool(ID.search(text))


def by_machine(text: str) -> bool:
    """Whether a plain text names an operator or begins as their messages do."""
    return any(each.search(text) for each in (OPERATORS, *OPENERS))


def failed(text: str) -> bool:
    """Whether it is said that it did not happen; not where a footer says what to do if."""
    for pattern in (_FAILED_NOW, _FAIL_WORD):
        for match in pattern.finditer(text):
            sentence = re.split(r"[.!?]", text[max(0, match.start() - 80) : match.start()])[-1]
            ends = re.search(r"[.!?]", text[match.end() : match.end() + 80])
            asked = ends is not None and ends[0] == "?"
            if not asked and not _CONDITION.search(sentence):
                return True
    return False


def without_money_in(text: str, raw: str) -> str | None:
    """The reason why a text of an operator that tells of no money received proposes nothing; None
    when it is no operator's text. `raw` is the text before it was made plain."""
    marks = signs(text)
    if TOKEN.search(text):
        return "token"
    by_operator = bool(OPERATORS.search(text))
    if CODE.search(text) and (_SECRET.search(text) or by_operator):
        return "code"
    if LOAN.search(text) and (marks or by_operator or re.search(rf"{AMOUNT}", text, _I)):
        return "loan"
    machine = marks >= 2 or (marks == 1 and by_operator)
    if machine and failed(text):
        return "failed"
    if OUT.search(text) and marks:
        return "money_out"
    if FUTURE.search(text) and (machine or (by_operator and len(text) > 60)):
        return "future"
    if PROMOTION.search(text) or (USSD.search(raw) and _ADVERTISED.search(text)):
        return "promotion"
    return "fragment" if marks >= 2 else None
