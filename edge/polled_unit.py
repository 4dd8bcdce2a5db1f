"""When one unit is asked: its groups on the grid, and back-off while it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drivers.base import Answered, Plan
from facility.clock import NS

FIRST_RETRY: Final = 2 * NS
"""Back-off of a silent unit: doubled from this to the longest of its line."""


@dataclass(slots=True)
class Group:
    """Points of one unit with one period, and when they are due next (monotonic ns)."""

    plan: Plan
    period: int
    due: int


class PolledUnit:
    """Never more than one question of a unit is on its way: `busy`."""

    def __init__(self, unit: int | str, groups: Sequence[Group], longest: int) -> None:
        self.unit = unit
        self.groups = list(groups)
        self.busy = False
        self.polls = 0
        self.missed = 0
        """Periods in which it should have been asked and was not, because its line was not done yet."""
        self.failures = 0
        self.retry_at = 0
        self.told: Answered | None = None
        """Who is told the answer to its one group; made once."""
        self._longest = longest
        self._shortest = min(g.period for g in self.groups)
        self._only = self.groups[0] if len(self.groups) == 1 else None

    @property
    def silent(self) -> bool:
        """Whether it is only probed now."""
        return self.failures > 0

    def next(self) -> int:
        """When something is to be done for it."""
        if self.failures:
            return self.retry_at
        return self._only.due if self._only is not None else min(g.due for g in self.groups)

    def begin(self, now: int) -> list[Group]:
        """The groups to ask now, or one to probe with; their next time is set, and what was missed is counted."""
        if self.failures:
            self.retry_at = now + FIRST_RETRY
            return self.groups[:1]
        only = self._only
        if only is not None and now - only.due < only.period:
            if only.due > now:
                return []
            only.due += only.period
            return self.groups
        found = [g for g in self.groups if g.due <= now]
        for group in found:
            late = (now - group.due) // group.period
            self.missed += late
            group.due += (late + 1) * group.period
        return found

    def overrun(self, now: int) -> None:
        """Its time came while it is still busy: the periods are lost, and counted."""
        if self.silent:
            self.retry_at = now + FIRST_RETRY
            return
        for group in self.groups:
            if group.due <= now:
                count = (now - group.due) // group.period + 1
                self.missed += count
                group.due += count * group.period

    def answered(self, now: int) -> None:
        """It answers again: its groups are due at once."""
        self.failures = 0
        self.rest(now)

    def failed(self, now: int) -> None:
        """It did not answer: ask for a probe after the next step of the back-off."""
        first = max(FIRST_RETRY, min(2 * self._shortest, self._longest))
        step = min(first << min(self.failures, 16), self._longest)
        self.failures += 1
        self.retry_at = now + step

    def rest(self, now: int) -> None:
        """Due again on its own grid; what passed meanwhile was not to be asked."""
        for group in self.groups:
            if group.due <= now:
                group.due += (now - group.due) // group.period * group.period
