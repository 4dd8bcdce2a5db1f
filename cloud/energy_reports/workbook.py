"""The energy report as XLSX: one sheet a table; no cell of it is a formula."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from cloud.energy_reports.document import Cell, Document, Table
from cloud.spreadsheet import new_book, plain, risky

_FORMATS: Final = {
    "number": "#,##0.0##", "money": "#,##0.00", "percent": "0.0%", "change": "+0.0%;-0.0%;0.0%", "text": "@",
}  # fmt: skip


def workbook(document: Document) -> bytes:
    """The file."""
    file = BytesIO()
    with new_book(file) as book:
        book.set_properties({"title": document.title, "author": "Gatehouse"})
        looks = _Looks(book)
        for nth, table in enumerate(document.tables):
            _sheet(book.add_worksheet(table.name[:31]), document, table, looks, first=nth == 0)
    return file.getvalue()


class _Looks:
    """The formats of a book, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **told: Any) -> Any:
        key = tuple(sorted(told.items()))
        if key not in self._made:
            base = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": "#1B2733", "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | told)
        return self._made[key]


def _sheet(sheet: Any, document: Document, table: Table, looks: _Looks, *, first: bool) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer("&C&P / &N")
    for column, width in enumerate(table.widths):
        sheet.set_column(column, column, max(9, round(140 * width)))
    sheet.write_string(0, 0, f"{document.title} · {table.name}", looks.get(bold=True, font_size=14))
    row = 1
    for name, value in document.facts if first else document.facts[:2]:
        sheet.write_string(row, 0, name, looks.get(font_color="#5A6B7B"))
        sheet.write_string(row, 1, plain(value), looks.get())
        row += 1
    row += 1
    head = looks.get(bold=True, bg_color="#E8EDF2", bottom=1, bottom_color="#C9D2DB", text_wrap=True)
    for column, title in enumerate(table.heads):
        sheet.write_string(row, column, title, head)
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)
    for cells in table.rows:
        row += 1
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell, looks)
    if not table.rows:
        row += 1
        sheet.write_string(row, 0, plain(table.empty), looks.get(font_color="#5A6B7B"))
    for note in document.notes if first else ():
        row += 1
        sheet.write_string(row + 1, 0, plain(note), looks.get(font_color="#5A6B7B"))


def _write(sheet: Any, row: int, column: int, cell: Cell, looks: _Looks) -> None:
    colour = {"font_color": "#B3261E"} if cell.bad else {}
    if cell.value is not None:
        sheet.write_number(row, column, cell.value, looks.get(num_format=_FORMATS[cell.look], **colour))
    else:
        quoted = {"quote_prefix": True} if risky(cell.shown) else {}
        sheet.write_string(row, column, plain(cell.shown), looks.get(**colour, **quoted))
