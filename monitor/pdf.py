"""A statement as a PDF document. The door to fpdf2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

# Fonts with more than the Latin alphabet, where a system has them; without one the fonts that every reader of PDF has are used.
FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf"),
    Path("/Library/Fonts/Arial Unicode.ttf"),
)
BUILT_IN = "helvetica"


def statement(found: dict[str, Any], lines: list[str], file: Path) -> None:
    """Write a statement's document: its lines, a line of text each, under its title, with the digests of its ledgers."""
    paper = _Paper(format="A4")
    paper.set_title(f"{found['title']} {found['period']['label']}")
    paper.set_margin(18)
    paper.set_auto_page_break(True, 18)
    family = _font(paper)
    paper.foot = f"{found['title']}, {found['period']['label']}"
    paper.family = family
    paper.add_page()
    for n, line in enumerate(lines):
        paper.set_font(family, size=13 if n == 0 else 9)
        paper.set_x(paper.l_margin + 2.2 * (len(line) - len(line.lstrip())))
        paper.multi_cell(
            0, 6 if n == 0 else 4.6, _written(line.strip(), family), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
    paper.set_font(family, size=7)
    for each in found["objectives"]:
        paper.multi_cell(
            0,
            4,
            _written(f"{each['id']}: SHA-256 of the ledger {each['digest']}", family),
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
    file.write_bytes(bytes(paper.output()))


class _Paper(FPDF):
    """Pages that are numbered."""

    foot = ""
    family = BUILT_IN

    def footer(self) -> None:
        """The title and the number of the page, under each page."""
        self.set_y(-12)
        self.set_font(self.family, size=7)
        self.cell(0, 4, _written(f"{self.foot} - {self.page_no()}", self.family), align="R")


def _font(paper: FPDF) -> str:
    for font in FONTS:
        if font.exists():
            paper.add_font("text", fname=str(font))
            return "text"
    return BUILT_IN


def _written(text: str, family: str) -> str:
    """What the font can write: the built-in ones have Western European letters, others become a question mark."""
    text = text or " "
    return text if family != BUILT_IN else text.encode("latin-1", "replace").decode("latin-1")
