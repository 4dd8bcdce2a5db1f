"""Reads the register out of a workbook: every mistake at once, each with its sheet, cell and the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from cloud.assets.columns import BY_TITLE, COLUMNS, Column
from cloud.assets.opening import Cell, Sheet
from cloud.wire import hidden
from facility.errors import nearest

HEAD_WITHIN: Final = 10
"""The titles stand in one of the first rows."""
_WRITTEN: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ERROR, _FORMULA = "e", "f"
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of them: `where` is like 设备台账!C7."""

    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Found:
    """One line as it was written: field → value, of the columns that the sheet has; field → cell."""

    equipment: str
    values: Mapping[str, Any]
    where: Mapping[str, str]


@dataclass(slots=True)
class Reading:
    """What was read, and what could not be."""

    lines: list[Found] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read(sheets: Iterable[Sheet]) -> Reading:
    """All sheets that have a column for the equipment; without any, that is the mistake."""
    reading = Reading()
    named = False
    for name, rows in sheets:
        at = next((n for n, row in enumerate(rows[:HEAD_WITHIN]) if _is_head(row)), None)
        if at is not None:
            named = True
            _sheet(reading, name, rows, at)
    if not named:
        title = COLUMNS[0].title
        reading.mistakes.append(
            Mistake("", f"没有“{title.zh}”列 · no sheet has a column {title.en!r} in its first {HEAD_WITHIN} rows")
        )
    return reading


def _is_head(row: list[Cell]) -> bool:
    return any(_title(cell) is COLUMNS[0] for cell in row)


def _title(cell: Cell) -> Column | None:
    return BY_TITLE.get(_words(cell.value).casefold()) if isinstance(cell.value, str) else None


def _words(value: object) -> str:
    return " ".join(str(value).split())


def _sheet(reading: Reading, name: str, rows: list[list[Cell]], at: int) -> None:
    columns: dict[int, Column] = {}
    for number, cell in enumerate(rows[at]):
        where = _where(name, at, number)
        column = _title(cell)
        if column is None:
            if cell.value not in (None, ""):
                word = _words(cell.value)
                known = [title for each in COLUMNS for title in (each.title.zh, each.title.en)]
                reading.mistakes.append(
                    Mistake(where, f"没有这一列 · there is no column {word!r}{nearest(word, known)}")
                )
        elif column in columns.values():
            reading.mistakes.append(Mistake(where, f"列重复 · the column {column.title.en!r} comes twice"))
        else:
            columns[number] = column
    for row, cells in enumerate(rows[at + 1 :], at + 1):
        if any(cell.value not in (None, "") for number, cell in enumerate(cells) if number in columns):
            _line(reading, name, row, {columns[n]: (cell, n) for n, cell in enumerate(cells) if n in columns})


def _line(reading: Reading, sheet: str, row: int, cells: Mapping[Column, tuple[Cell, int]]) -> None:
    values, where = {}, {}
    for column, (cell, number) in cells.items():
        where[column.field] = _where(sheet, row, number)
        if column.kind != "shown":
            try:
                values[column.field] = _value(column, cell)
            except ValueError as error:
                reading.mistakes.append(Mistake(where[column.field], str(error)))
    if "equipment" in values:
        id = values.pop("equipment")
        if id:
            reading.lines.append(Found(id, values, where))
        else:
            reading.mistakes.append(Mistake(where["equipment"], "缺少设备编号 · the equipment's id is missing"))


def _where(sheet: str, row: int, column: int) -> str:
    letters = f"{chr(64 + column // 26)}" if column >= 26 else ""
    return f"{sheet}!{letters}{chr(65 + column % 26)}{row + 1}"


def _value(column: Column, cell: Cell) -> Any:
    """ValueError says what does not fit."""
    if cell.kind == _FORMULA:
        raise ValueError("不接受公式,请填写数值 · this is a formula: write the value itself")
    if cell.kind == _ERROR:
        raise ValueError(f"单元格是错误值 {cell.value} · the cell is the error {cell.value}")
    if column.kind == "date":
        return _date(cell)
    text = _text(cell)
    if column.kind == "documents":
        return [_document(line) for line in text.splitlines() if line.strip()]
    if column.kind == "contractor":
        return " ".join(text.split()) or None
    return " ".join(text.split())


def _text(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or cell.is_date or isinstance(value, date | time):
        raise ValueError("应为文本 · text belongs here: format the cell as text and write it again")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value)
    if hidden(text):
        raise ValueError("含控制字符 · it has control characters: write plain text")
    if len(text) > _LONGEST:
        raise ValueError(f"文字过长 · the text has {len(text)} characters")
    return text


def _date(cell: Cell) -> date | None:
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if value is None:
        return None
    told = _words(value)
    if not told:
        return None
    if found := _WRITTEN.fullmatch(told):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            raise ValueError(f"没有这一天 · there is no such day: {told!r}") from None
    raise ValueError(f"应为日期,如 2026-11-21 · a date belongs here, like 2026-11-21, not {told[:50]!r}")


def _document(line: str) -> dict[str, str]:
    name, _, url = " ".join(line.split()).rpartition(" ")
    if not name or not url.startswith(("https://", "http://")):
        raise ValueError("资料每行写“名称 网址” · write each document on a line: its name, a space, its address")
    return {"name": name, "url": url}
