"""The energy report as PDF, A4 landscape: one table after another, heads repeated on each page."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from cloud.energy_reports import words
from cloud.energy_reports.document import Cell, Document, Table
from cloud.energy_reports.words import said
from cloud.service_reports.fonts import font

MEDIA_TYPE: Final = "application/pdf"
WIDTH, HEIGHT, MARGIN = 842.0, 595.0, 36.0
_STEP: Final = 14.0
_INK, _MUTED, _BAD, _LINE = 0x1B2733, 0x5A6B7B, 0xB3261E, 0xC9D2DB


def pdf(document: Document, font_name: str = "") -> bytes:
    """The file; in the best font of this machine where none is named."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    file = BytesIO()
    name = font_name or font()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=name)
    canvas.setTitle(document.title)
    canvas.setCreator("Gatehouse")
    paper = _Paper(canvas, document, name)
    paper.write()
    canvas.save()
    return file.getvalue()


class _Paper:
    """Writes on an open canvas from the top down."""

    def __init__(self, canvas: Any, document: Document, font_name: str) -> None:
        self._canvas, self._document, self._font = canvas, document, font_name
        self._page, self._y = 1, HEIGHT - MARGIN - 10

    def write(self) -> None:
        """All of it."""
        self._text(MARGIN, self._document.title, 18)
        self._y -= 22
        for name, value in self._document.facts:
            self._text(MARGIN, name, 9, _MUTED)
            self._text(MARGIN + 90, value, 9)
            self._y -= _STEP
        for table in self._document.tables:
            self._table(table)
        self._y -= 6
        for note in self._document.notes:
            for line in _lines(note, WIDTH - 2 * MARGIN, 8):
                self._room(_STEP)
                self._text(MARGIN, line, 8, _MUTED)
                self._y -= 12
        self._end()

    def _table(self, table: Table) -> None:
        self._room(5 * _STEP)
        self._y -= 12
        self._text(MARGIN, table.name, 12)
        self._canvas.bookmarkPage(table.name)
        self._canvas.addOutlineEntry(table.name, table.name, 0)
        self._y -= 16
        self._heads(table)
        if not table.rows:
            self._text(MARGIN, said(words.NOTHING, self._document.language), 8, _MUTED)
            self._y -= _STEP
        for cells in table.rows:
            if self._y < MARGIN + _STEP:
                self._end()
                self._heads(table)
            x = MARGIN
            for cell, share in zip(cells, table.widths, strict=True):
                self._cell(x, cell, share * (WIDTH - 2 * MARGIN) - 6)
                x += share * (WIDTH - 2 * MARGIN)
            self._y -= _STEP

    def _heads(self, table: Table) -> None:
        x = MARGIN
        for head, share in zip(table.heads, table.widths, strict=True):
            width = share * (WIDTH - 2 * MARGIN)
            self._text(x, _fit(head, width - 6, 8), 8, _MUTED)
            x += width
        self._canvas.setStrokeColorRGB(*_rgb(_LINE))
        self._canvas.line(MARGIN, self._y - 4, WIDTH - MARGIN, self._y - 4)
        self._y -= _STEP + 2

    def _cell(self, x: float, cell: Cell, width: float) -> None:
        self._text(x, _fit(cell.shown, width, 8), 8, _BAD if cell.bad else _INK)

    def _room(self, need: float) -> None:
        if self._y < MARGIN + need:
            self._end()

    def _end(self) -> None:
        self._canvas.setFont(self._font, 7.5)
        self._canvas.setFillColorRGB(*_rgb(_MUTED))
        foot = " · ".join((self._document.title, *(value for _, value in self._document.facts[:2])))
        self._canvas.drawString(MARGIN, 20, foot)
        page = said(words.PAGE, self._document.language).format(page=self._page)
        self._canvas.drawRightString(WIDTH - MARGIN, 20, page)
        self._canvas.showPage()
        self._page, self._y = self._page + 1, HEIGHT - MARGIN - 10

    def _text(self, x: float, text: str, size: float, colour: int = _INK) -> None:
        self._canvas.setFont(self._font, size)
        self._canvas.setFillColorRGB(*_rgb(colour))
        self._canvas.drawString(x, self._y, text)


@lru_cache(maxsize=16)
def _rgb(colour: int) -> tuple[float, float, float]:
    return (colour >> 16) / 255, (colour >> 8 & 0xFF) / 255, (colour & 0xFF) / 255


@lru_cache(maxsize=8192)
def _fit(text: str, width: float, size: float) -> str:
    """What of a text fits: a Chinese sign is as wide as it is high, others at most six tenths of it."""
    line = " ".join(text.split())
    room = width / size
    for at, sign in enumerate(line):
        room -= 1.0 if ord(sign) > 0x2E7F else 0.6
        if room < 0:
            return f"{line[: max(at - 1, 0)]}…"
    return line


def _lines(text: str, width: float, size: float) -> list[str]:
    """The text in lines of at most this width, broken anywhere."""
    lines, left = [""], width / size
    for sign in text:
        wide = 1.0 if ord(sign) > 0x2E7F else 0.6
        if left < wide:
            lines.append("")
            left = width / size
        lines[-1] += sign
        left -= wide
    return lines
