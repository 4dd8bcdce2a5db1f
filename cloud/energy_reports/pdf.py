"""The energy report as PDF, A4 landscape: one table after another, heads repeated on each page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from cloud.energy_reports import words
from cloud.energy_reports.document import Document, Table
from cloud.energy_reports.words import said
from cloud.service_reports.fonts import font

MEDIA_TYPE: Final = "application/pdf"
WIDTH, HEIGHT, MARGIN = 842.0, 595.0, 36.0
_STEP: Final = 14.0
_LEAD: Final = 10.0
"""Between the lines of one cell."""
_WORDS: Final = re.compile(r"[^\S]?[\u2e80-\uffff][,。;:、)]?|\s?[^\s\u2e80-\uffff]+|\s")
_Column = tuple[float, tuple[str, ...]]
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
            for line in lines(note, self._font, 8, WIDTH - 2 * MARGIN):
                self._room(_STEP)
                self._text(MARGIN, line, 8, _MUTED)
                self._y -= 12
        self._end()

    def _table(self, table: Table) -> None:
        self._room(7 * _STEP)
        self._y -= 12
        self._text(MARGIN, table.name, 12)
        self._canvas.bookmarkPage(table.name)
        self._canvas.addOutlineEntry(table.name, table.name, 0)
        self._y -= 16
        self._heads(table)
        if not table.rows:
            self._text(MARGIN, table.empty, 8, _MUTED)
            self._y -= _STEP
        for cells in table.rows:
            columns = self._columns(table, [cell.shown for cell in cells])
            if self._y < MARGIN + _height(columns):
                self._end()
                self._heads(table)
            self._write(table, columns, [_BAD if cell.bad else _INK for cell in cells])
            self._y -= _STEP - _LEAD

    def _heads(self, table: Table) -> None:
        self._write(table, self._columns(table, table.heads), [_MUTED] * len(table.heads))
        self._canvas.setStrokeColorRGB(*_rgb(_LINE))
        self._canvas.line(MARGIN, self._y + _LEAD - 4, WIDTH - MARGIN, self._y + _LEAD - 4)
        self._y -= _STEP + 2 - _LEAD

    def _columns(self, table: Table, texts: Sequence[str]) -> list[_Column]:
        x, found = MARGIN, []
        for text, share in zip(texts, table.widths, strict=True):
            width = share * (WIDTH - 2 * MARGIN)
            found.append((x, lines(text, self._font, 8, width - 8)))
            x += width
        return found

    def _starts(self, table: Table, columns: Sequence[_Column]) -> list[list[float]]:
        """Where each line begins: numbers end at the right of their column."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        found = []
        for (x, texts), share, numeric in zip(columns, table.widths, table.numeric, strict=True):
            end = x + share * (WIDTH - 2 * MARGIN) - 8
            found.append([end - stringWidth(text, self._font, 8) if numeric else x for text in texts])
        return found

    def _write(self, table: Table, columns: Sequence[_Column], colours: Sequence[int]) -> None:
        """Side by side, each as many lines as it needs; ends below the longest."""
        top = self._y
        for (_, texts), starts, colour in zip(columns, self._starts(table, columns), colours, strict=True):
            for nth, (x, text) in enumerate(zip(starts, texts, strict=True)):
                self._y = top - nth * _LEAD
                self._text(x, text, 8, colour)
        self._y = top - _height(columns)

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


def _height(columns: Sequence[_Column]) -> float:
    return max(len(texts) for _, texts in columns) * _LEAD


@lru_cache(maxsize=8192)
def lines(text: str, font_name: str, size: float, width: float) -> tuple[str, ...]:
    """The text in lines of at most this width: broken at blanks, between Chinese signs, a longer word anywhere."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    found = [""]
    for word in _WORDS.findall(" ".join(text.split())):
        if stringWidth(f"{found[-1]}{word}".rstrip(), font_name, size) <= width:
            found[-1] += word
            continue
        found.append("")
        for sign in word.lstrip() if found[-2] else word:
            if found[-1] and stringWidth(f"{found[-1]}{sign}", font_name, size) > width:
                found.append("")
            found[-1] += sign
    return tuple(line.rstrip() for line in found if line.strip()) or ("",)
