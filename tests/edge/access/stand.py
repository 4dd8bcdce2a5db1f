"""One door on a clock that a test moves: words in, what its watch finds out; also over restarts."""

from __future__ import annotations

from collections.abc import Mapping

from edge.access.door import Door, Position, read_memory
from edge.access.limits import Limits, Often
from facility.access import DenialReason, DoorFinding, Entrance
from facility.clock import NS, ManualClock

COUNTS: Mapping[DoorFinding, Often] = {
    DoorFinding.TAILGATING: Often(1, 600 * NS),
    DoorFinding.PEDESTRIAN: Often(1, 600 * NS),
    DoorFinding.EXPIRED_CARD: Often(3, 600 * NS),
    DoorFinding.WRONG_TRIES: Often(5, 300 * NS),
    DoorFinding.OPENED_BY_HAND: Often(2, 600 * NS),
}
TIMES: Mapping[DoorFinding, int] = {
    DoorFinding.FORCED_OPEN: 5 * NS,
    DoorFinding.HELD_OPEN: 30 * NS,
    DoorFinding.HELD_OPEN_SOON: 20 * NS,
}


class Stand:
    """`found` is what holds now."""

    def __init__(self, entrance: Entrance = Entrance.LOBBY, *, tells_grants: bool = True) -> None:
        self.clock = ManualClock()
        self.limits = Limits(entrance, TIMES, COUNTS, tells_grants)
        self.door = Door(self.limits)
        self.stands(open_=False)

    @property
    def now(self) -> int:
        return self.clock.wall

    @property
    def found(self) -> set[str]:
        self.door.settle(self.now)
        return {finding.value for finding, holds in self.door.findings(self.now).items() if holds}

    def wait(self, seconds: float) -> Stand:
        self.clock.advance(seconds)
        self.door.settle(self.now)
        return self

    def restart(self) -> None:
        self.door = Door(self.limits, read_memory(self.door.text()))

    def stands(
        self, *, open_: bool | None, locked: bool | None = True, free: bool = False, egress: bool = False,
        forced: bool = False, ago: float = 0,
    ) -> Stand:  # fmt: skip
        self.door.stands(Position(open_, locked, free, egress, forced), self.now - round(ago * NS))
        return self

    def granted(self, direction: str | None = "in", credential: str = "card", ago: float = 0) -> Stand:
        self.door.granted(self.now - round(ago * NS), direction, credential, self.now)
        return self

    def denied(self, reason: str = "unknown_credential", direction: str | None = "in", ago: float = 0) -> Stand:
        self.door.denied(self.now - round(ago * NS), DenialReason(reason), direction, self.now)
        return self

    def passed(
        self, direction: str | None = "in", kind: str = "person", ago: float = 0, *, said: bool = False
    ) -> Stand:
        self.door.passed(self.now - round(ago * NS), direction, kind, self.now, said=said)
        return self

    def let_in(self) -> Stand:
        """A grant, the door opens, one goes through."""
        return self.granted().wait(1).stands(open_=True, locked=False).wait(1).passed()
