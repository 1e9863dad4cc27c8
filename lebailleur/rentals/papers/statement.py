"""A tenant's account as a PDF."""

from datetime import date, datetime

from lebailleur.rentals.papers.page import GREY, Page
from lebailleur.rentals.papers.words import KINDS, METHODS, MONTHS, day_in_words
from lebailleur.rentals.statements import Entry, Statement


def statement_pdf(found: Statement, *, language: str, made_at: datetime) -> bytes:
    """As many A4 pages as it takes; the same bytes for the same arguments."""
    landlord = found.tenant.landlord
    page = _Statement(language, landlord.currency, made_at)
    page.set_title(page.words["statement"])
    page.add_page()
    end = day_in_words(found.end, language)
    window = page.words["statement_until"].format(end=end)
    if found.start is not None:
        start = day_in_words(found.start, language)
        window = page.words["statement_period"].format(start=start, end=end)
    page.title_and_number(page.words["statement"], window, made_at, landlord.timezone)
    units = dict.fromkeys(each.unit for each in found.entries)
    page.parties(
        {
            "landlord": landlord.name,
            "landlord_phone": landlord.contact_phone or landlord.phone or "",
            "tenant": found.tenant.name,
            "tenant_phone": found.tenant.phone,
            "unit": ", ".join(units),
            "property": "",
            "address": "",
        }
    )
    page.entries(found)
    page.closing(found)
    return bytes(page.output())


class _Statement(Page):
    def entries(self, found: Statement) -> None:
        units = {each.unit for each in found.entries}
        with self.lined_table((86, 30, 30, 34)) as table:
            heads = table.row()
            for key in ("what", "asked", "received", "balance_column"):
                heads.cell(self.words[key])
            if found.start is not None:
                row = table.row()
                day = day_in_words(found.start, self.language)
                row.cell(self.words["opening"].format(day=day))
                row.cell("")
                row.cell("")
                row.cell(self.money(found.opening))
            for each in found.entries:
                row = table.row()
                where = f", {each.unit}" if len(units) > 1 else ""
                row.cell(f"{day_in_words(each.on, self.language)}{where}\n{self._what(each)}")
                asked, received = self._columns(each)
                row.cell(self.money(asked) if asked else "")
                row.cell(self.money(received) if received else "")
                row.cell(self.money(each.balance))
        self.ln(4)

    def closing(self, found: Statement) -> None:
        label = "closing" if found.balance >= 0 else "closing_credit"
        day = day_in_words(found.end, self.language)
        total = self.money(abs(found.balance))
        self.say(self.labelled(self.words[label].format(day=day), total), 12, bold=True)
        if found.deposit:
            held = self.labelled(self.words["deposit"], self.money(found.deposit))
            self.say(held, 10.5, color=GREY)

    def _columns(self, each: Entry) -> tuple[int, int]:
        """What the line asks and what it receives."""
        if each.kind == "deposit":
            return 0, each.total
        if each.kind in ("payment", "payment_void"):
            return 0, -each.amount
        return each.amount, 0

    def _what(self, each: Entry) -> str:
        words = self.words
        if each.kind == "deposit":
            return words["deposit_in" if each.total > 0 else "deposit_out"]
        if each.kind == "payment":
            said = words["payment_receipt"].format(number=each.receipt_number)
            return f"{said} ({METHODS[self.language][each.method]})" if each.method else said
        if each.kind == "payment_void":
            return words["payment_void"].format(number=each.receipt_number)
        if each.kind == "refund":
            return words["refund"]
        kind = KINDS[self.language][each.bill or "other"]
        what = f"{kind} {self._period(each.period_start, each.period_end)}"
        if each.note:
            what = f"{what} ({each.note})"
        if each.kind == "paid_ahead":
            return self.labelled(words["paid_ahead"], what)
        return self.labelled(words["charge_void"], what) if each.kind == "charge_void" else what

    def _period(self, start: date | None, end: date | None) -> str:
        if start is None or end is None:
            return ""
        if start.day == 1 and (end - start).days < 31:
            return f"{MONTHS[self.language].split()[start.month - 1]} {start.year}"
        return self.words["period"].format(
            start=day_in_words(start, self.language), end=day_in_words(end, self.language)
        )
