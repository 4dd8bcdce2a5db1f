"""Which rows a batch asks about: from its points to rows, remembered, as a poll always brings the same points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.alarms.compiled import Compiled
from edge.alarms.row import Index, Kind
from edge.points import B1
from facility.batch import U4

_REMEMBERED: Final = 4096
_WORTH_REMEMBERING: Final = 128
"""Points: a poll of one unit always brings the same; a bigger batch was gathered from many."""


@dataclass(frozen=True, slots=True)
class Part:
    """The share of one kind: `which` are places in the kind's rows, `into` places in the selection's rows."""

    kind: Kind
    which: Index
    into: Index


@dataclass(frozen=True, slots=True)
class Selection:
    """Some rows, ascending, and who judges them. `losses`: how many at the front are lines and units."""

    rows: Index
    parts: tuple[Part, ...]
    losses: int = 0


class Selector:
    """Makes selections: from points to rows by two flat columns, so that it costs the same however many points."""

    def __init__(self, compiled: Compiled, points: int) -> None:
        self._kinds = compiled.kinds
        self._losses = len(compiled.losses)
        self._count = len(compiled.rows)
        self._known: dict[bytes, Selection | None] = {}
        watched: list[set[int]] = [set() for _ in range(points)]
        for kind in compiled.kinds:
            for place, point in kind.watched():
                watched[point].add(int(kind.rows[place]))
        for row, point in compiled.guards.watched():
            watched[point].add(row)
        self._rows: Index = np.array([r for rows in watched for r in sorted(rows)], np.intp)
        self._many: Index = np.array([len(rows) for rows in watched], np.intp)
        self._first: Index = np.cumsum(self._many) - self._many
        losses = range(self._losses)
        self.everything = self.of_rows(range(self._count))
        self.timed = self.of_rows([*losses, *(int(r) for k in compiled.kinds if k.timed for r in k.rows)])
        self.losses = self.of_rows(losses)

    def of_points(self, point: U4) -> Selection | None:
        """The rows that samples of these points ask about (perhaps more of them); None where there are none."""
        if len(point) > _WORTH_REMEMBERING:
            return self._of_points(point)
        key = point.tobytes()
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._of_points(point)
        return self._known[key]

    def of_rows(self, rows: Iterable[int]) -> Selection:
        """A selection of any rows."""
        wanted = np.zeros(self._count, np.bool_)
        wanted[list(rows)] = True
        return self._selected(wanted)

    def _of_points(self, point: U4) -> Selection | None:
        many = self._many[point]
        total = int(many.sum())
        if total == 0:
            return None
        if 2 * total > self._count:
            return self.everything
        wanted = np.zeros(self._count, np.bool_)
        wanted[self._rows[np.repeat(self._first[point] - (np.cumsum(many) - many), many) + np.arange(total)]] = True
        return self._selected(wanted)

    def _selected(self, wanted: B1) -> Selection:
        rows = np.flatnonzero(wanted)
        parts = []
        for kind in self._kinds:
            which = np.flatnonzero(wanted[kind.rows])
            if len(which):
                parts.append(Part(kind, which, np.searchsorted(rows, kind.rows[which])))
        return Selection(rows, tuple(parts), int(np.searchsorted(rows, self._losses)))
