"""A landlord's month as a PDF: lease by lease, and the sums."""

from collections.abc import Sequence
from datetime import datetime

from lebailleur.rentals.models import Landlord, Lease
from lebailleur.rentals.months import Month, Sums
from lebailleur.rentals.papers.page import Page
from lebailleur.rentals.papers.words import KINDS, MONTHS


def month_pdf(
    landlord: Landlord,
    found: Month,
    leases: Sequence[tuple[Lease, Sums]],
    *,
    language: str,
    made_at: datetime,
) -> bytes:
    """As many A4 pages as it takes; the same bytes for the same arguments."""
    page = _Month(language, landlord.currency, made_at)
    name = f"{MONTHS[language].split()[found.month - 1]} {found.year}"
    page.set_title(f"{page.words['month']} {name}")
    page.add_page()
    page.title_and_number(page.words["month"], name, made_at, landlord.timezone)
    page.say(landlord.name, 11, bold=True)
    page.ln(3)
    page.leases(leases, found.total)
    page.kinds(found)
    return bytes(page.output())


class _Month(Page):
    def leases(self, leases: Sequence[tuple[Lease, Sums]], total: Sums) -> None:
        with self.lined_table((81, 33, 33, 33)) as table:
            heads = table.row()
            for key in ("tenant", "asked", "received", "month_open"):
                heads.cell(self.words[key])
            for lease, sums in leases:
                row = table.row()
                row.cell(f"{lease.tenant.name}\n{lease.unit.name}, {lease.unit.property.name}")
                self._sums(row, sums)
            row = table.row()
            row.cell(self.words["month_total"])
            self._sums(row, total)
        self.ln(5)

    def kinds(self, found: Month) -> None:
        names = KINDS[self.language]
        for kind, sums in found.by_kind.items():
            value = f"{self.money(sums.collected)} / {self.money(sums.expected)}"
            name = names.get(kind) or self.words[f"month_{kind}"]
            self.say(self.labelled(name, value), 10.5)

    def _sums(self, row: object, sums: Sums) -> None:
        for amount in (sums.expected, sums.collected, sums.outstanding):
            row.cell(self.money(amount))  # type: ignore[attr-defined]
