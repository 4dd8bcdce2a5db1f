"""The report as PDF, A4: a page with every promise, whose numbers lead to the cases; each case leads to its order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

from cloud.rounding import percent_beside
from cloud.service_reports import words
from cloud.service_reports.document import Document, Row, Section
from cloud.service_reports.fonts import font
from cloud.service_reports.words import GROUP, GROUPS, Group

MEDIA_TYPE: Final = "application/pdf"
WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 40.0
_TOP, _BOTTOM, _STEP = HEIGHT - 52, 48.0, 12.5
_FIRST, _BLOCK, _LOWEST = _TOP - 46, 61.0, 150.0
"""Where the promises would begin without facts above them, how high one is, below where none begins."""
_INK, _MUTED, _LINK, _LINE = 0x1B2733, 0x5A6B7B, 0x0B5CAD, 0xC9D2DB
_COLOUR: Final[dict[Group, int]] = {"broken": 0xB3261E, "under_way": 0x8A5A00, "kept": 0x1E7B34, "dropped": _MUTED}
_MET: Final[dict[bool | None, int]] = {True: 0x1E7B34, False: 0xB3261E, None: _MUTED}
_CASE: Final = (
    (words.NUMBER, 40, 32), (words.ROUND, 74, 28), (words.WHAT, 104, 184), (words.PLACE, 292, 66),
    (words.CLASS, 360, 36), (words.STARTED, 398, 68), (words.ELAPSED, 468, 46), (words.ALLOWED, 518, 38),
)  # fmt: skip
"""(title, x, width) of the columns of a case, in points."""


@dataclass(frozen=True, slots=True)
class _Heading:
    section: Section
    group: Group
    count: int
    anchor: str


_Item = _Heading | Row


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
    pages = _pages(document)
    paper = _Paper(canvas, document, name, len(pages) + _front_pages(document))
    paper.front()
    for page in pages:
        paper.cases(page)
    canvas.save()
    return file.getvalue()


def _front_pages(document: Document) -> int:
    """How many pages the table of promises takes."""
    y, pages = _FIRST - 15.0 * len(document.facts), 1
    for _ in document.sections:
        if y < _LOWEST:
            y, pages = _TOP, pages + 1
        y -= _BLOCK
    return pages


def _anchor(section: Section, group: Group) -> str:
    return f"{section.id}.{group}"


def _pages(document: Document) -> list[list[_Item]]:
    """The cases cut into pages; a heading never stands last on one."""
    room = int((_TOP - _BOTTOM) / _STEP) - 2
    pages: list[list[_Item]] = []
    left = 0
    for section in document.sections:
        for group in GROUPS:
            rows = section.groups[group]
            items: list[_Item] = [_Heading(section, group, len(rows), _anchor(section, group)), *rows] if rows else []
            for item in items:
                need = 2 if isinstance(item, _Heading) else 1
                if left < need + (2 if need == 2 else 0):
                    pages.append([])
                    left = room
                pages[-1].append(item)
                left -= need
    return pages


class _Paper:
    """Writes on an open canvas."""

    def __init__(self, canvas: Any, document: Document, font_name: str, pages: int) -> None:
        self._canvas, self._document, self._font, self._pages = canvas, document, font_name, pages
        self._page = 0

    def front(self) -> None:
        """The head, the table of promises, the rules."""
        say, y = self._document.say, _FIRST + 12
        self._text(MARGIN, y + 30, self._document.title, 20)
        for name, value in self._document.facts:
            self._text(MARGIN, y, name, 9, _MUTED)
            self._text(MARGIN + 70, y, value, 9)
            y -= 15
        y -= 12
        for section in self._document.sections:
            y = self._promise(section, y)
        y -= 6
        for rule in self._document.rules:
            for part in _wrapped(rule, 118 if self._document.language == "en" else 116):
                self._text(MARGIN, y, part, 8, _MUTED)
                y -= 13
        self._canvas.bookmarkPage("summary")
        self._canvas.addOutlineEntry(say(words.SUMMARY), "summary", 0)
        self._end()

    def _promise(self, section: Section, y: float) -> float:
        """One promise as a block of two lines: what is promised and how it came out, then its counts."""
        say = self._document.say
        if y < _LOWEST:
            self._end()
            y = _TOP
        self._rule(y + 14)
        self._text(MARGIN, y, _fit(section.name, 300, 11), 11)
        value = "–" if section.value is None else percent_beside(section.value, section.required)
        self._right(WIDTH - MARGIN - 70, y, value, 13)
        self._right(WIDTH - MARGIN, y, say(words.MET[section.met]), 10, _MET[section.met])
        y -= 15
        required = percent_beside(section.required, 1.0, 0)
        told = f"{say(words.TARGET)} {section.target} · {say(words.REQUIRED)} ≥ {required} · {section.source}"
        self._text(MARGIN, y, _fit(told, 515, 8), 8, _MUTED)
        y -= 16
        first = next((group for group in GROUPS if section.groups[group]), None)
        x = self._number(MARGIN, y, say(words.CASES), section.cases, first and _anchor(section, first), _INK)
        for group in GROUPS:
            count = len(section.groups[group])
            to = _anchor(section, group) if count else None
            x = self._number(x, y, say(GROUP[group]), count, to, _COLOUR[group])
        return y - (_BLOCK - 31)

    def _number(self, x: float, y: float, name: str, count: int, to: str | None, colour: int) -> float:
        """A named number that leads to its cases; where the next one begins."""
        label = f"{name} "
        self._text(x, y, label, 9, _MUTED)
        at = x + self._wide(label, 9)
        text = f"{count:,}"
        self._text(at, y, text, 10, colour)
        end = at + self._wide(text, 10)
        if to is not None:
            self._canvas.linkAbsolute("", to, (x, y - 3, end, y + 9))
            self._line(at, y - 1.5, end, colour)
        return max(end + 14, x + 92)

    def cases(self, items: list[_Item]) -> None:
        """One page of them."""
        y = _TOP
        for title, x, width in _CASE:
            self._text(x, y, _fit(self._document.say(title), width, 8), 8, _MUTED)
        self._rule(y - 4)
        y -= _STEP * 1.3
        run: list[Row] = []
        for item in items:
            if isinstance(item, Row):
                run.append(item)
                continue
            y = self._run(run, y) - _STEP * 0.6
            run = []
            self._heading(item, y)
            y -= _STEP * 1.4
        self._run(run, y)
        self._end()

    def _heading(self, item: _Heading, y: float) -> None:
        title = f"{item.section.name} · {self._document.say(GROUP[item.group])} {item.count:,}"
        self._text(MARGIN, y, _fit(title, 430, 11), 11, _COLOUR[item.group])
        self._canvas.bookmarkHorizontal(item.anchor, 0, y + 14)
        self._canvas.addOutlineEntry(title, item.anchor, 0, closed=1)
        back = self._document.say(words.CONTENTS_LINK)
        self._right(WIDTH - MARGIN, y, back, 8, _LINK)
        self._canvas.linkAbsolute("", "summary", (WIDTH - MARGIN - self._wide(back, 8), y - 2, WIDTH - MARGIN, y + 8))

    def _run(self, rows: list[Row], y: float) -> float:
        """Cases one below the other, column by column, which is a third of the work; where they end."""
        cells = zip(*map(_cells, rows), strict=True)
        for nth, ((_, x, _), column) in enumerate(zip(_CASE, cells, strict=False)):
            text = self._canvas.beginText(x, y)
            text.setFont(self._font, 8, _STEP)
            text.setFillColorRGB(*_rgb(_INK if nth else _LINK))
            for cell in column:
                text.textLine(cell)
            self._canvas.drawText(text)
        for row in rows:
            self._canvas._addAnnotation(_link(row.url, MARGIN, y - 2, 290, y + 8))  # noqa: SLF001 - linkURL does so
            y -= _STEP
        return y

    def _end(self) -> None:
        self._page += 1
        self._text(MARGIN, 28, self._foot(), 7.5, _MUTED)
        told = self._document.say(words.PAGE).format(page=self._page, pages=self._pages)
        self._right(WIDTH - MARGIN, 28, told, 7.5, _MUTED)
        self._canvas.showPage()

    def _foot(self) -> str:
        return " · ".join((self._document.title, *(value for _, value in self._document.facts[:3])))

    def _wide(self, text: str, size: float) -> float:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(text, self._font, size))

    def _text(self, x: float, y: float, text: str, size: float, colour: int = _INK) -> None:
        self._canvas.setFont(self._font, size)
        self._canvas.setFillColorRGB(*_rgb(colour))
        self._canvas.drawString(x, y, text)

    def _right(self, x: float, y: float, text: str, size: float, colour: int = _INK) -> None:
        self._text(x - self._wide(text, size), y, text, size, colour)

    def _rule(self, y: float) -> None:
        self._line(MARGIN, y, WIDTH - MARGIN, _LINE)

    def _line(self, x: float, y: float, end: float, colour: int) -> None:
        self._canvas.setStrokeColorRGB(*_rgb(colour))
        self._canvas.setLineWidth(0.5)
        self._canvas.line(x, y, end, y)


def _cells(row: Row) -> tuple[str, ...]:
    """As words and figures that fit their columns."""
    return (
        str(row.number),
        str(row.round),
        _fit(row.what, _CASE[2][2], 8),
        _fit(row.place, _CASE[3][2], 8),
        row.order_class,
        row.started.strftime("%m-%d %H:%M:%S"),
        words.duration(row.taken),
        "–" if row.allowed is None else words.duration(row.allowed),
    )


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


def _wrapped(text: str, units: int) -> list[str]:
    """Lines of so many half widths."""
    lines, room = [""], units
    for word in text.replace(";", ";\x00").replace(" ", " \x00").split("\x00"):
        wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in word)
        if wide > room and lines[-1]:
            lines.append("")
            room = units
        lines[-1] += word
        room -= wide
    return lines


def _link(url: str, left: float, low: float, right: float, high: float) -> bytes:
    """A link as PDF writes it, ready made: the library's own objects cost six times as much for each of thousands."""
    plain = quote(url, safe=":/?#[]@!$&'*+,;=%").encode("ascii")
    where = f"{left:.2f} {low:.2f} {right:.2f} {high:.2f}".encode("ascii")
    action = b"<< /S /URI /Type /Action /URI (" + plain + b") >>"
    return b"<< /A " + action + b" /Border [ 0 0 0 ] /Rect [ " + where + b" ] /Subtype /Link /Type /Annot >>"
