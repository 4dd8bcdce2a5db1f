"""Which rows a batch asks about: from its points to rows, remembered, as a poll always brings the same points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.alarms.compiled import Compiled
from edge.alarms.row import Index, Kind
from facility.batch import U4

_REMEMBERED: Final = 4096


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
    """Makes selections."""

    def __init__(self, compiled: Compiled, points: int) -> None:
        self._compiled = compiled
        self._known: dict[bytes, Selection | None] = {}
        self._by_point: list[list[int]] = [[] for _ in range(points)]
        watched: dict[int, set[int]] = defaultdict(set)
        for kind in compiled.kinds:
            for place, point in kind.watched():
                watched[point].add(int(kind.rows[place]))
        for row, point in compiled.guards.watched():
            watched[point].add(row)
        for point, rows in watched.items():
            self._by_point[point] = sorted(rows)
        losses = range(len(compiled.losses))
        timed = [int(r) for k in compiled.kinds if k.timed for r in k.rows]
        self.timed = self.of_rows([*losses, *timed])
        self.losses = self.of_rows(losses)

    def of_points(self, point: U4) -> Selection | None:
        """The rows that samples of these points ask about; None where there are none."""
        key = point.tobytes()
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            rows = {r for p in point.tolist() for r in self._by_point[p]}
            self._known[key] = self.of_rows(rows) if rows else None
        return self._known[key]

    def of_rows(self, rows: Iterable[int] | Sequence[int]) -> Selection:
        """A selection of any rows."""
        chosen: Index = np.array(sorted(set(rows)), np.intp)
        parts = []
        for kind in self._compiled.kinds:
            common, which, into = np.intersect1d(kind.rows, chosen, assume_unique=True, return_indices=True)
            if len(common):
                parts.append(Part(kind, which, into))
        return Selection(chosen, tuple(parts), int(np.searchsorted(chosen, len(self._compiled.losses))))
