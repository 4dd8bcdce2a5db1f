"""Rows that are judged outside of detection: who knows says whether one holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.alarms.row import Index, Row
from edge.points import B1
from edge.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the row with this id (Row.id) holds, and whether it does so in a drill."""

    row: str
    holds: bool
    drill: bool = False


class Told:
    """A Kind: what was last told of its rows stands; of what was not told since the start nothing is known."""

    timed = False
    memory: Sequence[NDArray[Any]] = ()

    def __init__(self, rows: Sequence[tuple[int, Row]]) -> None:
        """`rows` with their numbers, ascending."""
        self.rows: Index = np.array([number for number, _ in rows], np.intp)
        self._place = {row.id: i for i, (_, row) in enumerate(rows)}
        self._known: B1 = np.zeros(len(rows), np.bool_)
        self._holds: B1 = np.zeros(len(rows), np.bool_)
        self._drill: set[int] = set()

    def watched(self) -> list[tuple[int, int]]:
        return []

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:
        del active, snapshot, now
        return self._known[which], self._holds[which]

    def tell(self, verdicts: Iterable[Verdict]) -> list[int]:
        """Take verdicts in; the rows that they are about. One of a row that is not there is nothing."""
        found = []
        for verdict in verdicts:
            place = self._place.get(verdict.row)
            if place is not None:
                self._known[place], self._holds[place] = True, verdict.holds
                (self._drill.add if verdict.drill else self._drill.discard)(int(self.rows[place]))
                found.append(int(self.rows[place]))
        return found

    def in_drill(self, row: int) -> bool:
        """Whether what was last told of a row was told in a drill."""
        return row in self._drill

    def carry(self, before: Told) -> None:
        """Go on from the same rows of other settings."""
        was = {before._place[id]: place for id, place in self._place.items() if id in before._place}
        for old, new in was.items():
            self._known[new], self._holds[new] = before._known[old], before._holds[old]
            if before.in_drill(int(before.rows[old])):
                self._drill.add(int(self.rows[new]))
