"""The report as XLSX: a summary whose numbers lead to their cases, one sheet for each promise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final

from cloud.rounding import decimals_beside
from cloud.service_reports import words
from cloud.service_reports.document import Document, Row, Section
from cloud.service_reports.words import GROUP, GROUPS, Group
from cloud.spreadsheet import new_book, plain, risky

LONGEST_NAME: Final = 31
_DAY: Final = 86_400
_COLUMNS: Final = (
    (words.NUMBER, 9), (words.ROUND, 8), (words.WHAT, 46), (words.PLACE, 18), (words.CLASS, 10), (words.STARTED, 18),
    (words.ELAPSED, 12), (words.ALLOWED, 12), (words.VERDICT, 12),
)  # fmt: skip
_HEAD_ROW: Final = 5
"""Of a promise's sheet; above it stand its name, target and the way back."""
_INK, _RULE, _LINK = "#1B2733", "#C9D2DB", "#0B5CAD"
_TINT: Final[dict[Group, str]] = {"broken": "#FBE3E1", "under_way": "#FFF4D6", "kept": "#E4F3E6", "dropped": "#EEF0F2"}
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")


def workbook(document: Document) -> bytes:
    """The file. No cell of it is a formula."""
    file = BytesIO()
    with new_book(file) as book:
        book.set_properties({"title": document.title, "author": "Gatehouse"})
        _Writer(book, document).write()
    return file.getvalue()


class _Writer:
    """Writes a document into an open workbook."""

    def __init__(self, book: Any, document: Document) -> None:
        self._book = book
        self._document = document
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names = _sheet_names([document.say(words.SUMMARY), *(each.name for each in document.sections)])

    def write(self) -> None:
        """Every sheet."""
        summary = self._book.add_worksheet(self._names[0])
        firsts = [
            self._section(each, name) for each, name in zip(self._document.sections, self._names[1:], strict=True)
        ]
        self._summary(summary, firsts)
        summary.activate()

    def _format(self, **told: Any) -> Any:
        key = tuple(sorted(told.items()))
        if key not in self._formats:
            base = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
            self._formats[key] = self._book.add_format(base | told)
        return self._formats[key]

    def _link(self, **told: Any) -> Any:
        return self._format(font_color=_LINK, underline=1, **told)

    def _heads(self, sheet: Any, row: int, titles: Iterable[str]) -> None:
        head = self._format(bold=True, bg_color="#E8EDF2", bottom=1, bottom_color=_RULE, text_wrap=True)
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, head)

    def _summary(self, sheet: Any, firsts: list[dict[Group, int]]) -> None:
        say, row = self._document.say, 0
        _page(sheet)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 1, 14)
        sheet.set_column(2, 2, 34)
        sheet.set_column(3, 10, 11)
        sheet.write_string(row, 0, self._document.title, self._format(bold=True, font_size=16))
        for row, (name, value) in enumerate(self._document.facts, 2):
            sheet.write_string(row, 0, name, self._format(font_color="#5A6B7B"))
            sheet.write_string(row, 1, plain(value), self._format())
        top = row + 2
        titles = [words.PROMISE, words.SOURCE, words.TARGET, words.REQUIRED, words.CASES]
        titles += [GROUP[group] for group in GROUPS] + [words.VALUE, words.RESULT]
        self._heads(sheet, top, map(say, titles))
        for nth, section in enumerate(self._document.sections):
            self._line(sheet, top + 1 + nth, section, self._names[1 + nth], firsts[nth])
        for nth, rule in enumerate(self._document.rules, top + len(self._document.sections) + 2):
            sheet.write_string(nth, 0, rule, self._format(font_color="#5A6B7B"))

    def _line(self, sheet: Any, row: int, section: Section, name: str, firsts: dict[Group, int]) -> None:
        for column, text in enumerate((section.name, section.source, section.target)):
            sheet.write_string(row, column, plain(text), self._format(text_wrap=True))
        sheet.write_number(row, 3, section.required, self._format(num_format=_percent(section.required, 1.0)))
        self._count(sheet, row, 4, section.cases, name, _HEAD_ROW)
        for column, group in enumerate(GROUPS, 5):
            self._count(sheet, row, column, len(section.groups[group]), name, firsts.get(group, _HEAD_ROW))
        if section.value is None:
            sheet.write_string(row, 9, "–", self._format(align="right"))
        else:
            look = self._format(bold=True, num_format=_percent(section.value, section.required))
            sheet.write_number(row, 9, section.value, look)
        colour = {True: "#1E7B34", False: "#B3261E", None: "#5A6B7B"}[section.met]
        sheet.write_string(
            row, 10, self._document.say(words.MET[section.met]), self._format(bold=True, font_color=colour)
        )

    def _count(self, sheet: Any, row: int, column: int, count: int, name: str, to: int) -> None:
        """A number that leads to its cases: the link is written first, the number then takes its cell."""
        look = self._link(align="right")
        sheet.write_url(row, column, f"internal:'{name}'!A{to + 1}", look, str(count))
        sheet.write_number(row, column, count, look)

    def _section(self, section: Section, name: str) -> dict[Group, int]:
        """The sheet of a promise; group → the row of its first case."""
        sheet, say = self._book.add_worksheet(name), self._document.say
        _page(sheet)
        for column, (_, width) in enumerate(_COLUMNS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, plain(section.name), self._format(bold=True, font_size=14))
        sheet.write_string(1, 0, f"{say(words.TARGET)}: {section.target}  ({section.source})", self._format())
        sheet.write_url(2, 0, f"internal:'{self._names[0]}'!A1", self._link(), say(words.CONTENTS_LINK))
        self._heads(sheet, _HEAD_ROW, (say(title) for title, _ in _COLUMNS))
        firsts, row = {}, _HEAD_ROW + 1
        for group in GROUPS:
            firsts[group] = row if section.groups[group] else _HEAD_ROW
            for case in section.groups[group]:
                self._case(sheet, row, case)
                row += 1
        if row == _HEAD_ROW + 1:
            sheet.write_string(row, 0, say(words.NO_CASES), self._format(font_color="#5A6B7B"))
        sheet.autofilter(_HEAD_ROW, 0, max(row - 1, _HEAD_ROW), len(_COLUMNS) - 1)
        sheet.freeze_panes(_HEAD_ROW + 1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        return firsts

    def _case(self, sheet: Any, row: int, case: Row) -> None:
        look = self._format()
        sheet.write_url(row, 0, case.url, self._link(), str(case.number))
        sheet.write_number(row, 0, case.number, self._link())
        sheet.write_number(row, 1, case.round, look)
        for column, text in ((2, case.what), (3, case.place)):
            sheet.write_string(row, column, plain(text), self._format(quote_prefix=True) if risky(text) else look)
        sheet.write_string(row, 4, case.order_class, look)
        sheet.write_datetime(row, 5, case.started, self._format(num_format="yyyy-mm-dd hh:mm:ss", align="left"))
        span = self._format(num_format="[h]:mm:ss")
        sheet.write_number(row, 6, case.taken / _DAY, span)
        if case.allowed is not None:
            sheet.write_number(row, 7, case.allowed / _DAY, span)
        sheet.write_string(row, 8, case.verdict, self._format(bg_color=_TINT[case.group]))


def _percent(share: float, judged_by: float) -> str:
    """The format of a share, with as many decimals as its judgement needs."""
    return f"0.{'0' * decimals_beside(100 * share, 100 * judged_by, 1)}%"


def _page(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer("&C&P / &N")


def _sheet_names(wanted: Iterable[str]) -> list[str]:
    """As Excel takes them: short, without its own signs, no two alike."""
    found: list[str] = []
    for each in wanted:
        name = _FORBIDDEN.sub(" ", each).strip()[:LONGEST_NAME].strip() or "-"
        nth, free = 2, name
        while free.casefold() in {other.casefold() for other in found} or free.casefold() == "history":
            free = f"{name[: LONGEST_NAME - 4]} ({nth})"
            nth += 1
        found.append(free)
    return found
