"""A file of outdoor temperatures that people wrote: each hour's mean, or every mistake by its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from cloud.energy_settings.store import HOUR
from cloud.errors import UnfitFile
from facility.energy.reading_file import moment_of, text_of
from facility.errors import shown

TITLES = {"time", "at", "时间", "日期时间", "观测时间"}
LOWEST, HIGHEST = -70.0, 70.0
MOST_LINES = 100_000


def read_temperatures(content: bytes, zone: ZoneInfo) -> dict[int, float]:
    """Hours since 1970 → °C, of lines `time,temperature`; several of one hour: their mean. UnfitFile.

    UTF-8 or GB 18030; comma, semicolon or tab; a time without a zone is the site's.
    """
    text = text_of(content)
    if text is None:
        raise UnfitFile([(1, "不是文本文件 · this is no text: save the sheet as CSV (UTF-8)")])
    text = text.lstrip("\ufeff")
    mark = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        found, mistakes = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=mark), zone)
    except csv.Error as error:
        raise UnfitFile([(1, f"无法读取 · the file can't be read: {error}")]) from None
    if not found and not mistakes:
        mistakes = [(1, "文件没有数据 · the file has no line with data")]
    if mistakes:
        raise UnfitFile(mistakes)
    return {hour: sum(values) / len(values) for hour, values in found.items()}


def _lines(rows: Iterable[list[str]], zone: ZoneInfo) -> tuple[dict[int, list[float]], list[tuple[int, str]]]:
    found: dict[int, list[float]] = {}
    mistakes: list[tuple[int, str]] = []
    for line, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row) or (line == 1 and row[0].strip().casefold() in TITLES):
            continue
        if line > MOST_LINES:
            return found, [(line, f"行数过多 · more than {MOST_LINES} lines: send it in parts")]
        try:
            at, value = _line(row, zone)
        except ValueError as error:
            mistakes.append((line, str(error)))
            continue
        found.setdefault(at // HOUR, []).append(value)
    return found, mistakes


def _line(row: list[str], zone: ZoneInfo) -> tuple[int, float]:
    at = moment_of(row[0].strip(), zone)
    word = row[1].strip() if len(row) > 1 else ""
    try:
        value = float(word)
    except ValueError:
        raise ValueError(f"温度应为数字,如 12.5 · a temperature is a plain number, not {shown(word)}") from None
    if not LOWEST <= value <= HIGHEST or math.isnan(value):
        raise ValueError(f"温度超出范围 · {shown(word)} is no temperature of ours in °C")
    return at, value
