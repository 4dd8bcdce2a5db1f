"""A sheet of codes as PDF, A4: twelve labels a page with cut marks, each with name, place and the code in letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

from cloud.qr_codes.schemas import QrCode
from cloud.service_reports.fonts import font
from facility.words import Text

Language = Literal["zh", "en"]
WIDTH, HEIGHT = 595.0, 842.0
COLUMNS: Final = 3
ROWS: Final = 4
MARGIN: Final = 28.0
LABEL: Final = ((WIDTH - 2 * MARGIN) / COLUMNS, (HEIGHT - 2 * MARGIN) / ROWS)
SIDE: Final = 108.0
"""Of the code itself, in points: 38 mm, read from an arm's length."""
QUIET: Final = 4
"""Modules around the code that stay white (ISO/IEC 18004)."""
LEAST: Final = 6.5
"""Points of the smallest letters."""
INK, MUTED, MARK = 0x000000, 0x4A5560, 0xB8C0C8
SCAN: Final = Text(zh="扫码报修 · 巡检到场", en="Scan to report a fault, or to arrive")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: the codes, whose they are, and where they lead."""

    site: Text
    url: str
    """Of the pages: a code leads to `<url>/q/<code>`."""
    codes: Sequence[QrCode]
    language: Language


def pdf(sheet: Sheet, font_name: str = "") -> bytes:
    """The file; a page says so where there is no code yet."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    file = BytesIO()
    name = font_name or font()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=name)
    canvas.setTitle(f"{getattr(sheet.site, sheet.language)} QR")
    canvas.setCreator("Gatehouse")
    for start in range(0, max(1, len(sheet.codes)), COLUMNS * ROWS):
        for place, code in enumerate(sheet.codes[start : start + COLUMNS * ROWS]):
            across, down = place % COLUMNS, place // COLUMNS
            x, y = MARGIN + across * LABEL[0], HEIGHT - MARGIN - (down + 1) * LABEL[1]
            _Label(canvas, name, sheet, code).draw(x, y)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class _Label:
    def __init__(self, canvas: Any, font_name: str, sheet: Sheet, code: QrCode) -> None:
        self._canvas, self._font, self._sheet, self._code = canvas, font_name, sheet, code

    def draw(self, x: float, y: float) -> None:
        """One label, its lower left corner at x, y."""
        width, height = LABEL
        self._canvas.setStrokeColorRGB(*_rgb(MARK))
        self._canvas.setLineWidth(0.4)
        self._canvas.setDash(2, 3)
        self._canvas.rect(x, y, width, height)
        self._canvas.setDash()
        middle = x + width / 2
        self._symbol(middle - SIDE / 2, y + height - SIDE - 8)
        below, mine, other = y + height - SIDE - 22, *_both(self._code.name, self._sheet.language)
        self._line(middle, below, self._code.shown, 12, INK)
        self._line(middle, below - 16, mine, 10.5, INK)
        self._line(middle, below - 28, other, 7.5, MUTED)
        if self._code.where is not None:
            self._line(middle, below - 40, getattr(self._code.where, self._sheet.language), 7.5, MUTED)
        self._line(middle, y + 8, f"{_both(SCAN, self._sheet.language)[0]} · {_of(self._sheet)}", 6.5, MUTED)

    def _symbol(self, x: float, y: float) -> None:
        """Dark modules as bars, run by run: sharp at any size."""
        import segno

        made = segno.make_qr(f"{self._sheet.url}/q/{self._code.code}", error="m")
        rows = [list(row) for row in made.matrix]
        module = SIDE / (len(rows) + 2 * QUIET)
        self._canvas.setFillColorRGB(*_rgb(INK))
        for down, row in enumerate(rows):
            bottom = y + SIDE - (down + QUIET + 1) * module
            start = 0
            while start < len(row):
                end = start
                while end < len(row) and row[end] == row[start]:
                    end += 1
                if row[start]:
                    left = x + (start + QUIET) * module
                    self._canvas.rect(left, bottom, (end - start) * module, module, stroke=0, fill=1)
                start = end

    def _line(self, middle: float, y: float, text: str, size: float, colour: int) -> None:
        """Smaller where it is long, cut where even that does not help."""
        room = LABEL[0] - 12
        wide = self._canvas.stringWidth(text, self._font, size)
        size = max(size * min(1.0, room / wide), LEAST) if wide > 0 else size
        fitting = text
        while fitting and self._canvas.stringWidth(fitting, self._font, size) > room:
            fitting = fitting[:-2] + "…" if fitting.endswith("…") else fitting[:-1] + "…"
        self._canvas.setFont(self._font, size)
        self._canvas.setFillColorRGB(*_rgb(colour))
        self._canvas.drawCentredString(middle, y, fitting)


def _both(text: Text, language: Language) -> tuple[str, str]:
    """In the sheet's language first, then in the other; a name that is the same in both is said once."""
    mine, other = (text.zh, text.en) if language == "zh" else (text.en, text.zh)
    return mine, other if other != mine else ""


def _of(sheet: Sheet) -> str:
    return str(getattr(sheet.site, sheet.language))


def _rgb(colour: int) -> tuple[float, float, float]:
    return (colour >> 16 & 0xFF) / 255, (colour >> 8 & 0xFF) / 255, (colour & 0xFF) / 255
