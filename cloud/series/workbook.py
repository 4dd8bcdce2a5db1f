"""Series as a workbook: a line for each bucket, in the site's own time; what a trend shows, to reckon on with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from math import isfinite
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import Buckets
from cloud.series.points import Wanted
from cloud.spreadsheet import new_book, plain
from facility.clock import NS

Language = Literal["zh", "en"]
_WORDS: Final = {
    "zh": {"sheet": "趋势", "time": "时间", "mean": "平均", "minimum": "最小", "maximum": "最大"},
    "en": {"sheet": "Trend", "time": "Time", "mean": "mean", "minimum": "minimum", "maximum": "maximum"},
}
_WIDTHS: Final = (20, 26)


def workbook(wanted: Sequence[Wanted], found: Sequence[Buckets], zone: str, language: Language) -> bytes:
    """One sheet: when each bucket begins, then of each point mean, least and most; one column where they never differ.

    A bucket without samples holds the last value, as nothing changed; an empty cell means that nothing is known.
    """
    words, file = _WORDS[language], BytesIO()
    with new_book(file) as book:
        sheet = book.add_worksheet(words["sheet"])
        bold = book.add_format({"bold": True})
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, _WIDTHS[0])
        sheet.write(0, 0, f"{words['time']} ({zone})", bold)
        sheet.write_column(1, 0, _times(found[0], zone), when)
        for place, (title, column) in enumerate(_columns(wanted, found, words, language), start=1):
            sheet.set_column(place, place, _WIDTHS[1])
            sheet.write(0, place, plain(title), bold)
            for row, value in enumerate(column, start=1):
                if isfinite(value):
                    sheet.write_number(row, place, value)
    return file.getvalue()


def _times(grid: Buckets, zone: str) -> list[datetime]:
    """Local, without a zone: a spreadsheet knows none."""
    here = ZoneInfo(zone)
    starts = (grid.start // NS).tolist()
    return [datetime.fromtimestamp(at, UTC).astimezone(here).replace(tzinfo=None) for at in starts]


def _columns(
    wanted: Sequence[Wanted], found: Sequence[Buckets], words: dict[str, str], language: Language
) -> list[tuple[str, list[float]]]:
    columns: list[tuple[str, list[float]]] = []
    for each, buckets in zip(wanted, found, strict=True):
        means = each.point.means
        unit = "" if means.states or means.unit == "1" else f" {means.unit}"
        title = f"{each.point.id} {getattr(means.name, language)}{unit}"
        mean = held(buckets, buckets.mean)
        low, high = held(buckets, buckets.minimum), held(buckets, buckets.maximum)
        if np.array_equal(low, high, equal_nan=True):
            columns.append((title, _plain(mean)))
            continue
        kinds = (("mean", mean), ("minimum", low), ("maximum", high))
        columns += [(f"{title} {words[kind]}", _plain(column)) for kind, column in kinds]
    return columns


def held(buckets: Buckets, column: NDArray[Any]) -> NDArray[np.float64]:
    """The column without holes where nothing changed; NaN stays where it was silent or bad."""
    values = np.asarray(column, dtype=np.float64)
    last = np.asarray(buckets.last, dtype=np.float64)
    gap = (np.asarray(buckets.silent) > 0) | (np.asarray(buckets.bad) >= 1)
    known = ~np.isnan(values)
    places = np.arange(len(values))
    sample = np.maximum.accumulate(np.where(known, places, -1))
    broken = np.maximum.accumulate(np.where(gap & ~known, places, -1))
    holds = ~known & ~gap & (sample > broken)
    return np.where(holds, last[np.maximum(sample, 0)], values)


def _plain(column: NDArray[np.float64]) -> list[float]:
    """To as many digits as a measurement has."""
    return [float(f"{value:.9g}") for value in column.tolist()]
