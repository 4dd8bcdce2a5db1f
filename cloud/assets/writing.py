"""The register as a workbook: every equipment of the site, to be filled in and sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Literal

from cloud.assets.columns import COLUMNS, SHEET, Column
from cloud.assets.schemas import AssetFacts, Document
from cloud.spreadsheet import new_book, plain, risky
from facility.words import Text

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what the inventory shows of the equipment, and its facts."""

    shown: Mapping[str, str]
    """equipment, name, type, place."""
    facts: AssetFacts


def written(lines: Iterable[Line], language: Language) -> bytes:
    """The file. No cell of it is a formula."""

    def say(text: Text) -> str:
        return text.zh if language == "zh" else text.en

    file = BytesIO()
    with new_book(file) as book:
        look = _Look(book)
        sheet = book.add_worksheet(say(SHEET))
        for number, column in enumerate(COLUMNS):
            sheet.write_string(0, number, say(column.title), look.head)
            sheet.set_column(number, number, column.width, look.of(column))
        last = 0
        for last, line in enumerate(lines, 1):
            for number, column in enumerate(COLUMNS):
                _cell(sheet, (last, number), _value(line, column), look, column)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    return file.getvalue()


class _Look:
    """The formats of one workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.head = book.add_format(base | {"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "text_wrap": True})
        text = base | {"num_format": "@", "text_wrap": True}
        self._text = book.add_format(text)
        self._shown = book.add_format(text | {"font_color": "#5A6B7B", "bg_color": "#F5F7F9"})
        self._date = book.add_format(base | {"num_format": "yyyy-mm-dd", "align": "left"})
        self.quoted = book.add_format(text | {"quote_prefix": True})

    def of(self, column: Column) -> Any:
        """Of a column's cells, the empty ones too: what is typed there stays text, a date is shown as one."""
        return {"shown": self._shown, "date": self._date}.get(column.kind, self._text)


def _cell(sheet: Any, at: tuple[int, int], value: str | date | None, look: _Look, column: Column) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*at, value, look.of(column))
    elif value:
        sheet.write_string(*at, plain(value), look.quoted if risky(value) else look.of(column))


def _value(line: Line, column: Column) -> str | date | None:
    if column.field in line.shown:
        return line.shown[column.field]
    found: Any = getattr(line.facts, column.field)
    return "\n".join(map(_document, found)) if column.kind == "documents" else found


def _document(document: Document) -> str:
    return f"{document.name} {document.url}"
