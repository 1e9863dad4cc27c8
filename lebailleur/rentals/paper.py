"""The receipt as a PDF. What it shows and what it may be called: shared rules of the trade
(quittance only for a period paid in full, otherwise a receipt for a part)."""

import importlib.util
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from lebailleur import clock
from lebailleur.rentals.money import figures, in_words

INK, GREY, RULE, TINT = (28, 36, 43), (105, 115, 122), (205, 212, 216), (240, 245, 242)
GREEN = (18, 110, 86)
WIDTH = 180  # mm of an A4 page between margins of 15

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "full": "Quittance de loyer",
        "bill": "Reçu de paiement",
        "part": "Reçu de paiement partiel",
        "number": "N°",
        "issued": "Établi le",
        "landlord": "Bailleur",
        "tenant": "Locataire",
        "place": "Logement",
        "received": "Reçu la somme de",
        "on": "Payé le",
        "method": "Mode de paiement",
        "for": "Pour",
        "charged": "Demandé",
        "before": "Déjà payé",
        "paid": "Ce paiement",
        "remains": "Reste",
        "credit": "Avance gardée pour les prochaines échéances",
        "balance": "Solde dû à ce jour",
        "balance_credit": "Avance disponible à ce jour",
        "not_full": "Ce reçu ne vaut pas quittance : il reste une somme à payer pour la période.",
        "older": "Sans préjudice des sommes antérieures restant dues.",
        "signature": "Le bailleur",
        "check": "Code de vérification",
        "period": "du {start} au {end}",
    },
    "en": {
        "full": "Rent receipt (paid in full)",
        "bill": "Payment receipt",
        "part": "Partial payment receipt",
        "number": "No.",
        "issued": "Issued on",
        "landlord": "Landlord",
        "tenant": "Tenant",
        "place": "Premises",
        "received": "Received the sum of",
        "on": "Paid on",
        "method": "Method",
        "for": "For",
        "charged": "Asked",
        "before": "Paid before",
        "paid": "This payment",
        "remains": "Remains",
        "credit": "Advance kept for the next charges",
        "balance": "Balance owed to date",
        "balance_credit": "Advance in hand to date",
        "not_full": "This receipt is for a part only: a balance remains for the period.",
        "older": "Without prejudice to earlier sums still owed.",
        "signature": "The landlord",
        "check": "Verification code",
        "period": "from {start} to {end}",
    },
}
KINDS = {
    "fr": {
        "rent": "Loyer",
        "electricity": "Électricité",
        "water": "Eau",
        "wifi": "Wi-Fi",
        "deposit": "Caution",
        "other": "Autres charges",
    },
    "en": {
        "rent": "Rent",
        "electricity": "Electricity",
        "water": "Water",
        "wifi": "Wi-Fi",
        "deposit": "Deposit",
        "other": "Other charges",
    },
}
METHODS = {
    "fr": {
        "cash": "Espèces",
        "mtn_momo": "MTN MoMo",
        "orange_money": "Orange Money",
        "bank": "Virement bancaire",
        "cheque": "Chèque",
        "other": "Autre",
    },
    "en": {
        "cash": "Cash",
        "mtn_momo": "MTN MoMo",
        "orange_money": "Orange Money",
        "bank": "Bank transfer",
        "cheque": "Cheque",
        "other": "Other",
    },
}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


def day_in_words(day: date, language: str) -> str:
    """``1er mars 2026`` · ``1 March 2026``."""
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {MONTHS[language].split()[day.month - 1]} {day.year}"


def receipt_pdf(
    *, number: str, code: str, language: str, issued_at: datetime, content: dict[str, Any]
) -> bytes:
    """One A4 page (more when there are many lines); the same bytes for the same arguments."""
    words = WORDS[language]
    page = _Page(language, content["currency"])
    page.set_creation_date(issued_at)
    page.set_title(f"{words['number']} {number}")
    issued = day_in_words(clock.local(issued_at, content["timezone"]).date(), language)
    page.head(_title(words, content), f"{words['number']} {number}", f"{words['issued']} {issued}")
    page.parties(content)
    page.sum(content)
    page.lines(content)
    page.totals(content)
    page.foot(number, code, content)
    return bytes(page.output())


def _title(words: dict[str, str], content: dict[str, Any]) -> str:
    lines = content["lines"]
    if any(each["remains"] for each in lines):
        return words["part"]
    if lines and all(each["kind"] == "rent" for each in lines):
        return words["full"]
    return words["bill"]


class _Page(FPDF):
    def __init__(self, language: str, currency: str) -> None:
        super().__init__(format="A4")
        self.words, self.language, self.currency = WORDS[language], language, currency
        spec = importlib.util.find_spec("font_roboto")
        if spec is None or spec.origin is None:
            raise RuntimeError("the package font-roboto is missing")
        files = Path(spec.origin).parent / "files"
        self.add_font("body", "", files / "Roboto-Regular.ttf")
        self.add_font("body", "B", files / "Roboto-Bold.ttf")
        self.set_margins(15, 15)
        self.set_auto_page_break(True, 20)
        self.add_page()

    def _say(self, text: str, size: float, *, bold: bool = False, color: Any = INK) -> None:
        self.set_font("body", "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def _money(self, amount: int) -> str:
        return figures(amount, self.language, self.currency)

    def _labelled(self, label: str, value: str) -> str:
        colon = "\u00a0: " if self.language == "fr" else ": "
        return f"{self.words[label]}{colon}{value}"

    def head(self, title: str, number: str, issued: str) -> None:
        self.set_fill_color(*GREEN)
        self.rect(0, 0, 210, 5, "F")
        self.set_y(16)
        self._say(title.upper(), 19, bold=True, color=GREEN)
        self.ln(1)
        self._say(f"{number}   ·   {issued}", 10.5, color=GREY)
        self.ln(6)

    def parties(self, content: dict[str, Any]) -> None:
        place = "\n".join(
            part for part in (content["unit"], content["property"], content["address"]) if part
        )
        columns = (
            ("landlord", f"{content['landlord']}\n{content['landlord_phone']}"),
            ("tenant", f"{content['tenant']}\n{content['tenant_phone']}"),
            ("place", place),
        )
        top, lowest, width = self.get_y(), self.get_y(), (WIDTH - 8) / 3
        for index, (label, text) in enumerate(columns):
            self.set_xy(15 + index * (width + 4), top)
            self.set_font("body", "", 8.5)
            self.set_text_color(*GREY)
            self.cell(width, 5, self.words[label].upper(), new_x=XPos.LEFT, new_y=YPos.NEXT)
            self.set_font("body", "", 10.5)
            self.set_text_color(*INK)
            self.multi_cell(width, 5.2, text, align="L")
            lowest = max(lowest, self.get_y() + 5.2)
        self.set_y(lowest + 3)

    def sum(self, content: dict[str, Any]) -> None:
        amount = content["amount"]
        spelled = in_words(amount, self.language, self.currency)
        top = self.get_y()
        self.set_font("body", "", 10.5)
        rows = len(list(self.multi_cell(WIDTH - 12, 5.2, spelled, dry_run=True, output="LINES")))  # type: ignore[arg-type]
        self.set_fill_color(*TINT)
        self.rect(15, top, WIDTH, 22 + 5.2 * rows, "F", round_corners=True, corner_radius=2)
        self.set_xy(21, top + 4)
        self.set_left_margin(21)
        self._say(self.words["received"], 9.5, color=GREY)
        self._say(self._money(amount), 20, bold=True)
        self.ln(1)
        self._say(spelled, 10.5)
        self.set_left_margin(15)
        self.set_y(top + 26 + 5.2 * rows)
        paid_on = day_in_words(date.fromisoformat(content["paid_on"]), self.language)
        facts = [self._labelled("on", paid_on)]
        if content["method"]:
            facts.append(self._labelled("method", METHODS[self.language][content["method"]]))
        self._say("     ".join(facts), 10.5)
        self.ln(5)

    def lines(self, content: dict[str, Any]) -> None:
        if not content["lines"]:
            return
        self.set_font("body", "", 9.5)
        self.set_draw_color(*RULE)
        self.set_text_color(*INK)
        with self._table() as table:
            heads = table.row()
            for key in ("for", "charged", "before", "paid", "remains"):
                heads.cell(self.words[key])
            for line in content["lines"]:
                row = table.row()
                start, end = (date.fromisoformat(line[key]) for key in ("from", "to"))
                period = self.words["period"].format(
                    start=day_in_words(start, self.language), end=day_in_words(end, self.language)
                )
                row.cell(f"{KINDS[self.language][line['kind']]}\n{period}")
                for key in ("charged", "before", "paid", "remains"):
                    row.cell(self._money(line[key]))
        self.ln(4)

    def _table(self) -> Any:
        return self.table(
            col_widths=(64, 29, 29, 29, 29),
            text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT"),
            borders_layout="HORIZONTAL_LINES",
            line_height=5.6,
            padding=1.4,
        )

    def totals(self, content: dict[str, Any]) -> None:
        if content["credit"]:
            self._say(self._labelled("credit", self._money(content["credit"])), 10.5)
        balance = content["balance"]
        label = "balance" if balance >= 0 else "balance_credit"
        self._say(self._labelled(label, self._money(abs(balance))), 11, bold=True)
        self.ln(2)
        if any(each["remains"] for each in content["lines"]):
            self._say(self.words["not_full"], 9.5, color=GREY)
        elif balance > 0:
            self._say(self.words["older"], 9.5, color=GREY)
        self.ln(6)

    def foot(self, number: str, code: str, content: dict[str, Any]) -> None:
        if self.get_y() > 235:
            self.add_page()
        top = self.get_y()
        qr = segno.make(f"{number} {code}", error="m")
        side = 26 / qr.symbol_size(border=0)[0]
        self.set_fill_color(*INK)
        for y, line in enumerate(qr.matrix):
            for x, dark in enumerate(line):
                if dark:
                    self.rect(15 + x * side, top + y * side, side, side, "F")
        self.set_xy(15, top + 28)
        self._say(self._labelled("check", code), 8.5, color=GREY)
        self.set_left_margin(115)
        self.set_xy(115, top)
        self._say(self.words["signature"], 9.5, color=GREY)
        self.ln(9)
        self._say(content["landlord"], 12, bold=True)
        self.set_left_margin(15)
