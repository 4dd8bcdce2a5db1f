"""What one behaviour has still to do, each at its own moment: exact however coarse the plant's steps are."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import TypeAlias

from facility.clock import NS

Action: TypeAlias = Callable[[int], None]
"""Called with the moment that it was due, UTC ns."""


class Agenda:
    """Actions by time; equal times in the order they were put in."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Action]] = []
        self._count = 0

    def at(self, moment: int, action: Action) -> None:
        """Do this at UTC ns `moment`."""
        self._count += 1
        heapq.heappush(self._due, (moment, self._count, action))

    def after(self, now: int, seconds: float, action: Action) -> None:
        """Do this `seconds` after `now`."""
        self.at(now + round(seconds * NS), action)

    def clear(self) -> None:
        """Forget everything."""
        self._due.clear()

    def due(self, now: int) -> Iterator[tuple[int, Action]]:
        """Take out what is due, one by one, also what an action adds meanwhile."""
        while self._due and self._due[0][0] <= now:
            moment, _, action = heapq.heappop(self._due)
            yield moment, action

    def run(self, now: int) -> None:
        """Do everything that is due."""
        for moment, action in self.due(now):
            action(moment)
