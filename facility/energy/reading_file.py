"""抄表 files: a CSV that people wrote, read line by line; every mistake with its line and what to write instead."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from facility.clock import NS
from facility.errors import nearest, shown

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "meter": ("meter", "表号", "表具", "电表", "水表", "表编号"),
    "at": ("at", "time", "抄表时间", "时间", "日期", "抄表日期"),
    "value": ("value", "reading", "读数", "示数", "止码", "表码"),
    "note": ("note", "备注"),
}
"""Titles that are understood, in any order; note may be left out."""
NEEDED: Final = {"meter": "表号", "at": "抄表时间", "value": "读数"}
MOST_LINES: Final = 20_000
LONGEST_NOTE: Final = 500
_FORMS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
_NUMBER: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One line that can be read."""

    line: int
    meter: str
    at: int
    """UTC ns."""
    value: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class LineMistake:
    """One mistake: the line (the first is 1) and what is wrong in it."""

    line: int
    says: str


@dataclass(slots=True)
class ReadingFile:
    """What was read of a file, and what could not be."""

    lines: list[ReadingLine] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    """Lines whose reading was left free: the meter was not read."""
    mistakes: list[LineMistake] = field(default_factory=list)


def read_file(content: bytes, zone: ZoneInfo) -> ReadingFile:
    """UTF-8 or GB 18030; comma, semicolon or tab. Times without a zone are the site's; a date alone is its midnight."""
    found = ReadingFile()
    text = text_of(content)
    if text is None:
        found.mistakes.append(LineMistake(1, "不是文本文件 · this is no text: save the sheet as CSV (UTF-8)"))
        return found
    head = text.lstrip("\ufeff").split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    try:
        _rows(found, rows, zone)
    except csv.Error as error:
        found.mistakes.append(LineMistake(rows.line_num, f"无法读取 · the line can't be read: {error}"))
    if not found.lines and not found.mistakes:
        says = (
            "所有行都没有填写读数 · no line has a reading"
            if found.skipped
            else "没有数据行 · there is no line below the titles"
        )
        found.mistakes.append(LineMistake(1, says))
    return found


def text_of(content: bytes) -> str | None:
    """Of UTF-8 or GB 18030; None for what is no text."""
    if b"\x00" in content:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(found: ReadingFile, rows: csv._reader, zone: ZoneInfo) -> None:  # type: ignore[name-defined]
    places: dict[str, int] | None = None
    for cells in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if places is None:
            places = _titles(found, cells, line)
            if found.mistakes:
                return
            continue
        if line > MOST_LINES:
            found.mistakes.append(LineMistake(line, f"行数过多 · more than {MOST_LINES} lines: send it in parts"))
            return
        if not _cell(cells, places["value"]):
            found.skipped.append(line)
            continue
        try:
            found.lines.append(_line(line, cells, places, zone))
        except ValueError as error:
            found.mistakes.append(LineMistake(line, str(error)))


def _titles(found: ReadingFile, cells: list[str], line: int) -> dict[str, int]:
    known = {title: name for name, titles in COLUMNS.items() for title in titles}
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        word = cell.strip().casefold()
        if not word:
            continue
        if word not in known:
            found.mistakes.append(LineMistake(line, f"没有这一列 · no column {shown(word)}{nearest(word, known)}"))
        elif known[word] in places:
            found.mistakes.append(LineMistake(line, f"列重复 · the column {shown(word)} comes twice"))
        else:
            places[known[word]] = place
    missing = [name for name in NEEDED if name not in places]
    if missing and not found.mistakes:
        told = ", ".join(f"{NEEDED[name]} ({name})" for name in missing)
        found.mistakes.append(LineMistake(line, f"缺少列 · the first line must have the titles: {told}"))
    return places


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _line(line: int, cells: list[str], places: Mapping[str, int], zone: ZoneInfo) -> ReadingLine:
    """ValueError says what does not fit."""
    cell = {name: _cell(cells, place) for name, place in places.items()}
    if any(_CONTROL.search(word) for word in cell.values()):
        raise ValueError("含控制字符 · it has control characters: write plain text")
    if not cell["meter"]:
        raise ValueError("缺少表号 · the meter is missing")
    note = cell.get("note", "")
    if len(note) > LONGEST_NOTE:
        raise ValueError(f"备注过长 · the note has more than {LONGEST_NOTE} characters")
    return ReadingLine(line, cell["meter"], moment_of(cell["at"], zone), _value(cell["value"]), note)


def moment_of(word: str, zone: ZoneInfo) -> int:
    """UTC ns of `2026-11-22 09:30` and the like; without a zone it is the site's. ValueError says how to write it."""
    if not word:
        raise ValueError("缺少时间 · the time is missing")
    at = None
    for form in _FORMS:
        try:
            at = datetime.strptime(word, form).replace(tzinfo=zone)
            break
        except ValueError:
            continue
    if at is None:
        try:
            at = datetime.fromisoformat(word)
        except ValueError:
            raise ValueError(f"时间应如 2026-11-22 09:30 · a time is like this, not {shown(word)}") from None
        at = at if at.tzinfo else at.replace(tzinfo=zone)
    if not 2000 <= at.year <= 2100:
        raise ValueError(f"年份不对 · the year of {shown(word)} is out of range")
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * NS


def _value(word: str) -> Decimal:
    if _NUMBER.fullmatch(word) is None or len(word) > 20:
        raise ValueError(f"读数应为数字,如 10234.5 · a reading is a plain number, not {shown(word)}")
    try:
        return Decimal(word.replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"读数应为数字 · {shown(word)} is no number") from None
