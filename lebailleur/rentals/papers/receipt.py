"""The receipt as a PDF. What it shows and what it may be called: shared rules of the trade
(quittance only for a period paid in full, otherwise a receipt for a part)."""

from datetime import date, datetime
from typing import Any

import segno

from lebailleur.rentals.money import in_words
from lebailleur.rentals.papers.page import GREY, INK, RED, TINT, WIDTH, Page
from lebailleur.rentals.papers.words import KINDS, METHODS, day_in_words


def receipt_pdf(
    *,
    number: str,
    code: str,
    language: str,
    issued_at: datetime,
    content: dict[str, Any],
    void: dict[str, Any] | None = None,
) -> bytes:
    """One A4 page (more when there are many lines); the same bytes for the same arguments.
    `void`: ``on``, ``reason`` and ``replaced_by`` of a receipt that counts no longer."""
    page = _Receipt(language, content["currency"], issued_at)
    words = page.words
    page.stamp = words["void"] if void else None
    page.set_title(f"{words['number']} {number}")
    page.add_page()
    page.title_and_number(
        _title(words, content), f"{words['number']} {number}", issued_at, content["timezone"]
    )
    if void:
        page.void(void)
    page.parties(content)
    page.sum(content)
    page.lines(content)
    page.totals(content)
    page.foot(number, code, content)
    return bytes(page.output())


def _title(words: dict[str, str], content: dict[str, Any]) -> str:
    lines = content["lines"]
    if content.get("deposit"):
        return words["deposit_title"]
    if any(each["remains"] for each in lines):
        return words["part"]
    if lines and all(each["kind"] == "rent" for each in lines):
        return words["full"]
    return words["bill"]


class _Receipt(Page):
    def void(self, void: dict[str, Any]) -> None:
        parts = [self.words["void_on"].format(day=day_in_words(void["on"], self.language))]
        if void["replaced_by"]:
            parts.append(self.words["replaced_by"].format(number=void["replaced_by"]))
        if void["reason"]:
            parts.append(self.words["reason"].format(reason=void["reason"]))
        self.say(", ".join(parts), 11, bold=True, color=RED)
        self.ln(4)

    def sum(self, content: dict[str, Any]) -> None:
        net = content["amount"] - content.get("withheld", 0)
        spelled = in_words(net, self.language, self.currency)
        top = self.get_y()
        self.set_font("body", "", 10.5)
        rows = len(list(self.multi_cell(WIDTH - 12, 5.2, spelled, dry_run=True, output="LINES")))  # type: ignore[arg-type]
        self.set_fill_color(*TINT)
        self.rect(15, top, WIDTH, 22 + 5.2 * rows, "F", round_corners=True, corner_radius=2)
        self.set_xy(21, top + 4)
        self.set_left_margin(21)
        self.say(self.words["received_sum"], 9.5, color=GREY)
        self.say(self.money(net), 20, bold=True)
        self.ln(1)
        self.say(spelled, 10.5)
        self.set_left_margin(15)
        self.set_y(top + 26 + 5.2 * rows)
        paid_on = day_in_words(date.fromisoformat(content["paid_on"]), self.language)
        facts = [self.labelled(self.words["on"], paid_on)]
        if content["method"]:
            method = METHODS[self.language][content["method"]]
            if content.get("reference"):
                method = f"{method} (…{content['reference']})"
            facts.append(self.labelled(self.words["method"], method))
        self.say("     ".join(facts), 10.5)
        if content.get("withheld"):
            self.ln(1)
            sums = (("gross", content["amount"]), ("withheld", content["withheld"]), ("net", net))
            each = (self.labelled(self.words[name], self.money(value)) for name, value in sums)
            self.say("     ".join(each), 10.5)
        self.ln(5)

    def lines(self, content: dict[str, Any]) -> None:
        if not content["lines"]:
            return
        with self.lined_table((64, 29, 29, 29, 29)) as table:
            heads = table.row()
            for key in ("for", "charged", "before", "paid", "remains"):
                heads.cell(self.words[key])
            for line in content["lines"]:
                row = table.row()
                row.cell(self._what(line))
                for key in ("charged", "before", "paid", "remains"):
                    row.cell(self.money(line[key]))
        self.ln(4)
        self._earlier(content)

    def _what(self, line: dict[str, Any]) -> str:
        start, end = (date.fromisoformat(line[key]) for key in ("from", "to"))
        period = self.words["period"].format(
            start=day_in_words(start, self.language), end=day_in_words(end, self.language)
        )
        kind = KINDS[self.language][line["kind"]]
        note = f" ({line['note']})" if line.get("note") else ""
        return f"{kind}{note}\n{period}"

    def _earlier(self, content: dict[str, Any]) -> None:
        """The payments that made a period full, where it took several."""
        several = [
            payment
            for line in content["lines"]
            if not line["remains"]
            for payment in line.get("payments", [])
        ]
        if not several:
            return
        self.say(self.words["payments"], 9.5, color=GREY)
        for payment in several:
            text = self.words["payment_of"].format(
                amount=self.money(payment["amount"]),
                day=day_in_words(date.fromisoformat(payment["on"]), self.language),
                number=payment["number"],
            )
            self.say(text, 10)
        self.ln(4)

    def totals(self, content: dict[str, Any]) -> None:
        words = self.words
        if content.get("deposit"):
            self.say(words["deposit_held"], 10.5)
        if content["credit"]:
            self.say(self.labelled(words["credit"], self.money(content["credit"])), 10.5)
        balance = content["balance"]
        label = words["balance" if balance >= 0 else "balance_credit"]
        self.say(self.labelled(label, self.money(abs(balance))), 11, bold=True)
        self.ln(2)
        if any(each["remains"] for each in content["lines"]):
            self.say(words["not_full"], 9.5, color=GREY)
        elif content.get("older"):
            self.say(words["older"].format(amount=self.money(content["older"])), 9.5, color=GREY)
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
        self.say(self.labelled(self.words["check"], f"{number} {code}"), 8.5, color=GREY)
        self.set_left_margin(115)
        self.set_xy(115, top)
        self.say(self.words["signature"], 9.5, color=GREY)
        self.ln(9)
        self.say(content["landlord"], 12, bold=True)
        self.set_left_margin(15)
