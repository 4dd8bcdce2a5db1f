"""What explains an alarm now: a cause that is active, the first of its group, or a cause that has just ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import Final

from edge.alarms.machine import Machine
from edge.alarms.row import Row

_NEVER: Final = -(1 << 62)


class Suppression:
    """Of each cause: since when it explains others, and when it ended.

    A cause explains while it is active and in service: what is out of service can't hide anything. When it ends, its
    effects stay suppressed for one look at their own points (Row.hold), for they may only be seen to end with it. In
    a group of first-out the first that came explains those that follow it and are not more urgent.
    """

    def __init__(self, rows: Sequence[Row], machine: Machine) -> None:
        self._rows = rows
        self._machine = machine
        self._order: dict[int, int] = {}
        self._explains: set[int] = set()
        self._ended: dict[int, int] = {}
        self._held: dict[int, tuple[int, int]] = {}
        self._release: list[tuple[int, int]] = []
        self._last = (_NEVER, 0)
        self._effects: list[list[int]] = [[] for _ in rows]
        self._groups: dict[int, list[int]] = defaultdict(list)
        for i, row in enumerate(rows):
            for cause in row.suppressed_by:
                self._effects[cause].append(i)
            if row.group >= 0:
                self._groups[row.group].append(i)

    def note(self, moved: Iterable[int], now: int) -> None:
        """Rows moved, or went out of service or back; now in monotonic ns."""
        for row in sorted(moved):
            explains = self._machine.is_active(row) and row not in self._machine.out_of_service
            if explains and row not in self._explains:
                self._explains.add(row)
                self._ended.pop(row, None)
                self._order[row] = self._next(now)
            elif not explains and row in self._explains:
                self._explains.discard(row)
                self._ended[row] = now
                for effect in self.effects(row):
                    heappush(self._release, (now + self._rows[effect].hold, effect))

    def effects(self, row: int) -> Iterator[int]:
        """The rows that a row may explain."""
        yield from self._effects[row]
        yield from (other for other in self._groups.get(self._rows[row].group, ()) if other != row)

    def cause(self, row: int, now: int) -> int | None:
        """The row that explains an active one; one that is still active before one that has just ended."""
        causes = [*self._rows[row].suppressed_by, *self._before(row)]
        for cause in causes:
            if cause in self._explains:
                return cause
        for cause in causes:
            if now < self._ended.get(cause, _NEVER) + self._rows[row].hold:
                return cause
        until, by = self._held.get(row, (_NEVER, row))
        return by if now < until else None

    def released(self, now: int) -> list[int]:
        """The rows for which a cause ended long enough ago."""
        found = set()
        while self._release and self._release[0][0] <= now:
            found.add(heappop(self._release)[1])
        return sorted(found)

    def order(self, row: int) -> int:
        """The higher, the later it became active."""
        return self._order.get(row, 0)

    def restore(self, row: int, order: int, now: int, *, hidden: bool) -> None:
        """Go on with an alarm that was kept; `hidden`: it was told as suppressed, its cause may have ended unseen."""
        self._order[row] = order
        self._last = (self._last[0], max(self._last[1], order))
        if self._machine.is_active(row) and row not in self._machine.out_of_service:
            self._explains.add(row)
        causes = [*self._rows[row].suppressed_by, *(r for r in self._groups.get(self._rows[row].group, ()) if r != row)]
        if hidden and causes:
            until = now + self._rows[row].hold
            self._held[row] = (until, causes[0])
            heappush(self._release, (until, row))

    def _before(self, row: int) -> list[int]:
        """Those of its group that came before it, the first one first, that are at least as urgent."""
        mine = self._rows[row]
        if mine.group < 0:
            return []
        place = (self.order(row), row)
        found = [
            (self.order(other), other)
            for other in self._groups[mine.group]
            if other != row and other in self._order and self._rows[other].priority <= mine.priority
        ]
        return [other for order, other in sorted(found) if (order, other) < place]

    def _next(self, now: int) -> int:
        """One number for everything that becomes active in one moment."""
        if now != self._last[0]:
            self._last = (now, self._last[1] + 1)
        return self._last[1]
