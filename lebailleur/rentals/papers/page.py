"""An A4 page in the house style: fonts, colours, labelled facts, tables."""

import importlib.util
from datetime import datetime
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from lebailleur import clock
from lebailleur.rentals.money import figures
from lebailleur.rentals.papers.words import WORDS, day_in_words

INK, GREY, RULE, TINT = (28, 36, 43), (105, 115, 122), (205, 212, 216), (240, 245, 242)
GREEN, RED = (18, 110, 86), (176, 42, 55)
WIDTH = 180  # mm of an A4 page between margins of 15


class Page(FPDF):
    """A document of such pages in one language; the same bytes for the same content."""

    def __init__(self, language: str, currency: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.words, self.language, self.currency = WORDS[language], language, currency
        self.stamp: str | None = None
        spec = importlib.util.find_spec("font_roboto")
        if spec is None or spec.origin is None:
            raise RuntimeError("the package font-roboto is missing")
        files = Path(spec.origin).parent / "files"
        self.add_font("body", "", files / "Roboto-Regular.ttf")
        self.add_font("body", "B", files / "Roboto-Bold.ttf")
        self.set_creation_date(made_at)
        self.set_margins(15, 15)
        self.set_auto_page_break(True, 20)

    def header(self) -> None:
        """A band at the top of every page."""
        self.set_fill_color(*GREEN)
        self.rect(0, 0, 210, 5, "F")
        self.set_y(16)

    def footer(self) -> None:
        """The page's number, where there are several; across the page the stamp of a void paper."""
        if self.stamp:
            with self.local_context(fill_opacity=0.16), self.rotation(38, 105, 148):
                self.set_font("body", "B", 110)
                self.set_text_color(*RED)
                self.text(105 - self.get_string_width(self.stamp) / 2, 165, self.stamp)
        if self.page_no() > 1:
            self.set_y(-14)
            self.say(self.words["page"].format(page=self.page_no()), 8.5, color=GREY)

    def say(self, text: str, size: float, *, bold: bool = False, color: Any = INK) -> None:
        """A paragraph over the whole width."""
        self.set_font("body", "B" if bold else "", size)
        self.set_text_color(*color)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def money(self, amount: int) -> str:
        """A sum in figures; a minus where it is below zero."""
        sign = "\u2212" if amount < 0 else ""
        return sign + figures(abs(amount), self.language, self.currency)

    def labelled(self, label: str, value: str) -> str:
        """``Label: value``, as the language writes it."""
        colon = "\u00a0: " if self.language == "fr" else ": "
        return f"{label}{colon}{value}"

    def title_and_number(self, title: str, number: str, at: datetime, timezone: str) -> None:
        """The head of a paper."""
        issued = day_in_words(clock.local(at, timezone).date(), self.language)
        self.say(title.upper(), 19, bold=True, color=GREEN)
        self.ln(1)
        self.say(f"{number}   ·   {self.words['issued']} {issued}", 10.5, color=GREY)
        self.ln(6)

    def parties(self, content: dict[str, Any]) -> None:
        """Landlord, tenant and premises, side by side."""
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

    def lined_table(self, widths: tuple[int, ...]) -> Any:
        """A table with lines between its rows: the first column is text, the others are sums."""
        self.set_font("body", "", 9.5)
        self.set_draw_color(*RULE)
        self.set_text_color(*INK)
        return self.table(
            col_widths=widths,
            text_align=("LEFT", *("RIGHT",) * (len(widths) - 1)),
            borders_layout="HORIZONTAL_LINES",
            line_height=5.6,
            padding=1.4,
        )
