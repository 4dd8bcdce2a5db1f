"""One door: what its states, grants and passages come to. Times are the device's where it has them, UTC ns.

It is forced where it opens while locked and no grant was given in the unlock time before, or comes in the moment after.
It is held open where it stands open too long while nobody said that it may. Two passages on one grant are tailgating.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from edge.access.limits import Limits
from facility.access import NO_TRIES, DenialReason, DoorFinding, Entrance
from facility.clock import NS

GRACE: Final = 2 * NS
"""A grant's message may come so long after the door's."""
PULSE: Final = 5 * NS
"""A forced opening reads as forced at least so long, also where the door was closed at once."""
LATE: Final = 300 * NS
"""What a controller tells so long after it happened goes into the record and alarms nobody."""
_GIVEN: Final = 16
BY_HAND: Final = frozenset({"remote", "manual", "button"})
"""Credentials of an opening that no card stands behind."""


@dataclass(frozen=True, slots=True)
class Position:
    """How a door stands. `open`, `locked`: None where that is not known."""

    open: bool | None
    locked: bool | None = None
    free: bool = False
    """It may stand open: free access, released by fire."""
    egress: bool = False
    """Opened from within."""
    forced: bool = False
    """The controller itself says so."""


@dataclass(slots=True)
class Memory:
    """What a door remembers; all of it is kept over a restart."""

    open: bool = False
    opened_at: int = 0
    closed_at: int = 0
    grants: list[tuple[int, str | None]] = field(default_factory=list)
    """(moment, direction) of those that nobody has gone through on."""
    given: list[int] = field(default_factory=list)
    """When the last grants were given, used or not."""
    used_at: int = 0
    """When somebody last went through on a grant."""
    suspect_at: int = 0
    """When it opened without a grant, which may still come; 0: it did not."""
    forced_at: int = 0
    free: bool = False
    free_until: int = 0
    """Moving mode: it may stand open until then."""
    free_ended: int = 0
    controller_forced: bool = False
    happened: dict[str, list[int]] = field(default_factory=dict)
    """Finding → the moments of the last few."""


def read_memory(text: bytes) -> Memory:
    """What `Door.text` wrote."""
    data: dict[str, Any] = json.loads(text)
    data["grants"] = [(at, direction) for at, direction in data["grants"]]
    return Memory(**data)


class Door:
    """Give it what happens, in any order that messages may come; `findings` says how it reads at a moment."""

    def __init__(self, limits: Limits, memory: Memory | None = None) -> None:
        self.limits = limits
        self._is = memory or Memory()
        self._known = False

    def text(self) -> bytes:
        """The bytes that the spool keeps."""
        return json.dumps(asdict(self._is), separators=(",", ":")).encode()

    # What happens -------------------------------------------------------------------------------------------

    def stands(self, position: Position, at: int) -> None:
        """The door says how it stands. What it did while nobody saw it is not judged."""
        mine = self._is
        mine.controller_forced = position.forced
        if mine.free and not position.free:
            mine.free_ended = max(mine.free_ended, at)
        mine.free = position.free
        if position.open is None:
            self._known = False
            return
        if position.open and not mine.open:
            mine.opened_at = at
            if self._known and self._odd(position, at):
                mine.suspect_at = at
        elif mine.open and not position.open:
            mine.closed_at = at
        mine.open, self._known = position.open, True

    def granted(self, at: int, direction: str | None, credential: str, now: int) -> None:
        """Somebody is let in or out."""
        mine = self._is
        mine.grants = [g for g in mine.grants if at - g[0] <= self._good] + [(at, direction)]
        mine.given = [*mine.given, at][-_GIVEN:]
        if mine.suspect_at and at - GRACE <= mine.suspect_at <= at + self.limits.unlock:
            mine.suspect_at = 0
        if credential in BY_HAND:
            self._happens(DoorFinding.OPENED_BY_HAND, at, now)

    def denied(self, at: int, reason: DenialReason, direction: str | None, now: int) -> None:
        """Somebody is refused; only who comes in tries wrongly."""
        if reason is DenialReason.CREDENTIAL_EXPIRED:
            self._happens(DoorFinding.EXPIRED_CARD, at, now)
        if direction != "out" and reason not in NO_TRIES:
            self._happens(DoorFinding.WRONG_TRIES, at, now)

    def passed(self, at: int, direction: str | None, kind: str, now: int, *, said: bool) -> None:
        """Somebody or something goes through; `said`: the controller itself calls it tailgating."""
        if self.limits.entrance is Entrance.VEHICLE_LANE and kind == "person":
            if not self._free(at):
                self._happens(DoorFinding.PEDESTRIAN, at, now)
            return
        if (self._unpaid(at, direction) or said) and not self._free(at):
            self._happens(DoorFinding.TAILGATING, at, now)

    def set_free(self, until: int, now: int) -> None:
        """Moving mode: it may stand open until a moment; a moment that is past ends it."""
        if until <= now < self._is.free_until:
            self._is.free_ended = now
        self._is.free_until = until if until > now else 0

    # How it reads -------------------------------------------------------------------------------------------

    def findings(self, now: int) -> dict[DoorFinding, bool]:
        """Finding → whether it holds; those that can't be known now are left out."""
        found = {f: self._often(f, now) for f in self.limits.counts}
        if DoorFinding.FORCED_OPEN in self.limits.times:
            found[DoorFinding.FORCED_OPEN] = self._forced(now)
        if self._known:
            found |= {f: self._held(f, now) for f in self.limits.times if f is not DoorFinding.FORCED_OPEN}
        return found

    def restless(self, now: int) -> bool:
        """Whether the clock alone can still change how it reads."""
        mine = self._is
        waits = mine.open or mine.suspect_at or mine.forced_at or mine.free_until
        return bool(waits) or any(self._often(f, now) for f in self.limits.counts)

    def settle(self, now: int) -> bool:
        """Let the clock do its part; whether anything is remembered differently."""
        mine = self._is
        before = (mine.suspect_at, mine.forced_at, mine.free_until)
        if mine.suspect_at and now - mine.suspect_at >= GRACE:
            mine.forced_at, mine.suspect_at = mine.suspect_at, 0
        if mine.forced_at and not mine.open and now - mine.forced_at >= GRACE + PULSE:
            mine.forced_at = 0
        if mine.free_until and mine.free_until <= now:
            mine.free_ended, mine.free_until = max(mine.free_ended, mine.free_until), 0
        return before != (mine.suspect_at, mine.forced_at, mine.free_until)

    # Inside -------------------------------------------------------------------------------------------------

    @property
    def _good(self) -> int:
        """A grant on which nobody went through counts no longer, ns."""
        return self.limits.unlock + self.limits.times.get(DoorFinding.HELD_OPEN, 0)

    def _odd(self, position: Position, at: int) -> bool:
        quiet = position.egress or position.free or self._free(at) or position.forced
        if quiet or position.locked is not True or not self.limits.tells_grants:
            return False
        return not any(at - self.limits.unlock <= given <= at + GRACE for given in self._is.given)

    def _unpaid(self, at: int, direction: str | None) -> bool:
        """Whether nobody was let through for this passage. Going out needs no grant; of unknown direction only what
        follows another on the same opening is told.
        """
        mine = self._is
        if not self.limits.tells_grants:
            return False
        for i, (given, way) in enumerate(mine.grants):
            fits = way is None or direction is None or way == direction
            shut = given < mine.closed_at < at - GRACE
            if fits and given <= at + GRACE and at - given <= self._good and not shut:
                del mine.grants[i]
                mine.used_at = at
                return False
        if direction is None:
            return mine.used_at > mine.closed_at and at - mine.used_at <= self._good
        return direction == "in"

    def _happens(self, finding: DoorFinding, at: int, now: int) -> None:
        often = self.limits.counts.get(finding)
        if often is not None and now - at <= LATE:
            kept = [*self._is.happened.get(finding, ()), min(at, now)]
            self._is.happened[finding] = sorted(kept)[-often.times :]

    def _often(self, finding: DoorFinding, now: int) -> bool:
        often, happened = self.limits.counts[finding], self._is.happened.get(finding, ())
        return len(happened) >= often.times and now - happened[-often.times] < often.window

    def _free(self, at: int) -> bool:
        return self._is.free or at < self._is.free_until

    def _held(self, finding: DoorFinding, now: int) -> bool:
        mine = self._is
        since = max(mine.opened_at, mine.free_ended)
        return mine.open and not self._free(now) and now - since >= self.limits.times[finding]

    def _forced(self, now: int) -> bool:
        mine = self._is
        return mine.controller_forced or (mine.forced_at > 0 and (mine.open or now - mine.forced_at < GRACE + PULSE))
