"""When a read was: the clocks of the readers, and how far each may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from edge.patrol.memory import below
from edge.patrol.reader_clock import UNCOMPARED, ReaderClock
from facility.clock import NS
from facility.event import Draft, PatrolRead

AFTER_START: Final = 60 * NS
"""So long after a start the broker may still bring what it has kept: what is old then says nothing of a clock."""
LATE: Final = 120 * NS
"""A read that comes so long after its time is an upload."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a read was by the edge's clock (UTC ns), and how far that may be wrong (ns; 0: it came on line)."""

    at: int
    bound: int
    shifted: bool
    """The reader's clock was wrong by more than a minute."""


class Readers:
    """The clock of every reader that was heard."""

    def __init__(self, kept: Mapping[str, bytes], started: int) -> None:
        self._started = started
        self._clocks = {reader: ReaderClock(text) for reader, text in below(kept, "patrol/clock/")}
        self._changes: dict[str, bytes] = {}

    def moment(self, draft: Draft, read: PatrolRead, received: int) -> Moment:
        """Of a read that came at `received`; what it tells of its reader's clock is taken in."""
        clock = self._clocks.setdefault(draft.equipment, ReaderClock())
        late = read.late_upload or draft.replayed
        told = read.reader_now if read.reader_now is not None else None if late else read.reader_clock
        queued = not clock.compared and received - self._started < AFTER_START
        if told is not None and not (queued and received - told > LATE):
            clock.hear(told, received)
            self._changes[f"patrol/clock/{draft.equipment}"] = clock.text()
        if read.reader_clock is None:
            on_line = not late and received - draft.at <= LATE
            return Moment(draft.at, 0 if on_line else UNCOMPARED, shifted=False)
        at = read.reader_clock - clock.offset()
        if not late and received - at <= LATE:
            return Moment(min(at, received), 0, clock.shifted)
        return Moment(at, clock.bound(at), clock.shifted)

    def changes(self) -> dict[str, bytes]:
        """What must be kept since the last call."""
        found, self._changes = self._changes, {}
        return found
