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
_NONE: Final[Index] = np.empty(0, np.intp)
_WORTH_REMEMBERING: Final = 128
"""Points: a poll of one unit always brings the same; a bigger batch was gathered from many."""


@dataclass(frozen=True, slots=True)
class Part:
    """The share of one kind: `which` are places in the kind's rows."""

    kind: Kind
    which: Index


@dataclass(frozen=True, slots=True)
class Selection:
    """Some rows by their places in the order of judging, ascending: `losses` of lines and units, then part after part.

    `guards`: the guards of those that have one, which are at `guarded` in `places`.
    """

    places: Index
    losses: int
    parts: tuple[Part, ...]
    guards: Index
    guarded: Index


class Selector:
    """Makes selections: from points to places by two flat columns, so that it costs the same however many points."""

    def __init__(self, compiled: Compiled, points: int) -> None:
        self._kinds = compiled.kinds
        self._losses = len(compiled.losses)
        self._count = len(compiled.rows)
        self._place: Index = np.argsort(compiled.order)
        self._begins = np.cumsum([self._losses, *(len(k.rows) for k in compiled.kinds)])
        self._guard: Index = np.full(self._count, -1, np.intp)
        self._guard[self._place[compiled.guards.rows]] = np.arange(len(compiled.guards.rows))
        self._known: dict[bytes, Selection | None] = {}
        watched: list[set[int]] = [set() for _ in range(points)]
        for kind in compiled.kinds:
            for place, point in kind.watched():
                watched[point].add(int(kind.rows[place]))
        for row, point in compiled.guards.watched():
            watched[point].add(row)
        self._places: Index = self._place[np.array([r for rows in watched for r in rows], np.intp)]
        self._many: Index = np.array([len(rows) for rows in watched], np.intp)
        self._first: Index = np.cumsum(self._many) - self._many
        self._enough = int(np.count_nonzero(2 * np.cumsum(np.sort(self._many)) <= self._count))
        """More points than so many, whichever they are, ask about more than half of the rows."""
        self.everything = self.of_rows(range(self._count))
        self.timed = self.of_rows([int(r) for k in compiled.kinds if k.timed for r in k.rows])

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

    def loss(self, row: int) -> Selection:
        """The row of one line or unit: they are judged first, in their order."""
        return Selection(np.array([row], np.intp), 1, (), _NONE, _NONE)

    def of_rows(self, rows: Iterable[int]) -> Selection:
        """A selection of any rows."""
        wanted = np.zeros(self._count, np.bool_)
        wanted[self._place[list(rows)]] = True
        return self._selected(wanted)

    def _of_points(self, point: U4) -> Selection | None:
        if self._enough < len(point) <= len(self._many):
            return self.everything
        many = self._many[point]
        total = int(many.sum())
        if total == 0:
            return None
        if 2 * total > self._count:
            return self.everything
        wanted = np.zeros(self._count, np.bool_)
        wanted[self._places[np.repeat(self._first[point] - (np.cumsum(many) - many), many) + np.arange(total)]] = True
        return self._selected(wanted)

    def _selected(self, wanted: B1) -> Selection:
        places = np.flatnonzero(wanted)
        cuts = np.searchsorted(places, self._begins).tolist()
        parts = [
            Part(kind, places[start:end] - begins)
            for kind, begins, start, end in zip(self._kinds, self._begins, cuts, cuts[1:], strict=False)
            if start < end
        ]
        guard = self._guard[places]
        guarded = np.flatnonzero(guard >= 0)
        return Selection(places, cuts[0], tuple(parts), guard[guarded], guarded)
