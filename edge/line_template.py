"""Prepared lines: all of a set of points that does not change from tick to tick, but the values and the times."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.batch import I8, U4

PLANS: Final = 4096
"""Templates of single lines that are kept."""
WIDE: Final = 4
"""Whole batches are kept prepared for so many times the points that there are."""
ONCE: Final = 64
"""Sets of points that came once are remembered: one that comes again is worth a template."""


class Template:
    """The lines of one set of points in parts: every second one is a value, the last is the end of the last line."""

    __slots__ = ("_begins", "_first", "_heads", "_line", "_order", "_parts", "points")

    def __init__(self, point: U4, series: U4, prefixes: Sequence[bytes], names: Sequence[bytes]) -> None:
        """Points of one series come together, each once: of a point that is named twice the last value counts.

        `names`: of each point, `,field=`; every template shares them.
        """
        rows = np.array(sorted({at: row for row, at in enumerate(point.tolist())}.values()), np.intp)
        rows = rows[np.argsort(series[point[rows]], kind="stable")]
        own = len(rows) == len(point) and bool((rows == np.arange(len(point))).all())
        mine = series[point[rows]]
        cuts = runs(mine)
        self.points = len(point)
        self._order = None if own else rows.tolist()
        self._begins = [2 * start for start, _ in cuts]
        self._heads = [prefixes[mine[start]] + b" " + names[point[rows[start]]][1:] for start, _ in cuts]
        self._first = rows[[start for start, _ in cuts]]
        self._line = np.empty(len(point), np.intp)
        self._line[rows] = np.repeat(np.arange(len(cuts)), [stop - start for start, stop in cuts])
        self._parts = [part for at in point[rows].tolist() for part in (names[at], b"")]
        for at, head in zip(self._begins, self._heads, strict=True):
            self._parts[at] = head
        self._parts.append(b"")
        if len(rows) < len(point):
            self._line = np.full(len(point), -1, np.intp)

    def fits(self, time: I8) -> bool:
        """Whether every line has one time."""
        if self._line[0] < 0:
            return False
        if int(time[0]) == int(time[-1]) and bool((time == time[0]).all()):
            return True
        return bool((time == time[self._first][self._line]).all())

    def filled(self, texts: list[bytes], time: I8) -> bytes:
        """With a value for each row, and the time of each line's first row."""
        parts = self._parts.copy()
        parts[1::2] = texts if self._order is None else [texts[row] for row in self._order]
        for at, part in self._ends(time):
            parts[at] = part
        return b"".join(parts)

    def _ends(self, time: I8) -> Iterator[tuple[int, bytes]]:
        """The parts in which a line ends, and the next one begins."""
        ends = [b" %d\n" % t for t in time[self._first].tolist()]
        yield from zip(self._begins[1:], map(bytes.__add__, ends, self._heads[1:]), strict=False)
        yield len(self._parts) - 1, ends[-1]


class Templates:
    """Those of one inventory. `series`, `fields`: of each point; `prefixes`: of each series."""

    def __init__(self, series: U4, prefixes: Sequence[bytes], fields: Sequence[bytes]) -> None:
        self._given = series, prefixes, [b"," + field + b"=" for field in fields]
        self._lines: dict[bytes, Template] = {}
        self._whole: dict[bytes, Template] = {}
        self._once: dict[int, None] = {}
        self._room = WIDE * len(series)

    def line(self, point: U4) -> Template:
        """Of the points of one line."""
        key = point.tobytes()
        found = self._lines.get(key)
        if found is None:
            found = Template(point, *self._given)
            if len(self._lines) < PLANS:
                self._lines[key] = found
        return found

    def whole(self, point: U4) -> Template | None:
        """Of a whole batch, where the same points came before."""
        key = point.tobytes()
        found = self._whole.get(key)
        if found is not None:
            return found
        short = hash(key)
        if short not in self._once:
            self._once[short] = None
            if len(self._once) > ONCE:
                del self._once[next(iter(self._once))]
            return None
        del self._once[short]
        found = self._whole[key] = Template(point, *self._given)
        while len(self._whole) > 1 and sum(t.points for t in self._whole.values()) > self._room:
            del self._whole[next(iter(self._whole))]
        return found


def runs(*columns: U4 | I8 | NDArray[np.intp]) -> list[tuple[int, int]]:
    """Start and stop of each run in which all columns stay the same."""
    n = len(columns[0])
    change = np.zeros(n - 1, bool)
    for column in columns:
        change |= column[1:] != column[:-1]
    starts = [0, *(np.flatnonzero(change) + 1).tolist(), n]
    return list(itertools.pairwise(starts))
