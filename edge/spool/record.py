"""What lies in a lane: a record, how full the lane is, and how full it may become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from facility.event import Lane

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a lane: an event's JSON, or a gzip member of line protocol. Times are UTC ns."""

    lane: Lane
    seq: int
    at: int
    """When it was written."""
    start: int
    end: int
    """The oldest and the newest time in it."""
    samples: int
    """Samples in a telemetry body; 1 for an event."""
    inventory: str
    """The revision that an event names; empty for telemetry."""
    why: str
    """In the dead lane: who refused it and why."""
    body: bytes


@dataclass(frozen=True, slots=True)
class LaneState:
    """How far a lane is behind."""

    records: int = 0
    """Not yet delivered."""
    bytes: int = 0
    oldest: int | None = None
    """UTC ns when the oldest of them was written."""
    high: int = 0
    """The last seq that was given."""
    dropped: int = 0
    """Records dropped on a full quota since the file was made; each drop has its gap.recorded event."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """Bytes of bodies that each lane may hold; a full lane drops its own oldest, never another's."""

    life: int = 64 * MIB
    event: int = 128 * MIB
    telemetry: int = 1024 * MIB
    dead: int = 64 * MIB

    def of(self, lane: Lane) -> int:
        """The quota of one lane."""
        return {Lane.LIFE: self.life, Lane.EVENT: self.event, Lane.TELEMETRY: self.telemetry, Lane.DEAD: self.dead}[
            lane
        ]
