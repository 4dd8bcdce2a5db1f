"""Alarms that chatter: raised three times in a minute they stay raised until a whole minute was quiet."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Final

from facility.clock import NS

TIMES: Final = 3
WITHIN: Final = 60 * NS
"""ISA-18.2: an alarm that is raised three times in a minute chatters."""
QUIET: Final = 60 * NS
"""The off-delay of one that chatters."""


class Chatter:
    """The newest times at which rows became active, and which rows chatter now. Times in monotonic ns."""

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self._times: defaultdict[int, deque[int]] = defaultdict(lambda: deque(maxlen=TIMES))

    def activated(self, row: int, now: int) -> None:
        """A row became active."""
        times = self._times[row]
        times.append(now)
        if len(times) == TIMES and now - times[0] <= WITHIN:
            self.rows.add(row)

    def ended(self, row: int) -> None:
        """A row is no longer active; one that chattered begins to count anew."""
        if row in self.rows:
            self.rows.discard(row)
            del self._times[row]

    def carry(self, row: int, before: Chatter, old: int) -> None:
        """Go on from the same row of other settings."""
        if old in before._times:
            self._times[row] = before._times[old]
        if old in before.rows:
            self.rows.add(row)
