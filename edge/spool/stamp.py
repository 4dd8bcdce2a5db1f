"""Turns drafts into events: identity, place in the spool, time of recording, and how far the clock was trusted."""

from __future__ import annotations

from uuid import UUID

from facility.clock import EARLIEST, Clock
from facility.event import ClockState, Draft, Event
from facility.ids import UuidSource


class Stamp:
    """Times of recording never run backwards: while the wall clock is behind, they go on from monotonic."""

    def __init__(self, clock: Clock, site: str, gateway: str) -> None:
        self._clock = clock
        self._site = site
        self._gateway = gateway
        self._ids = UuidSource(clock)
        self._wall = 0
        self._mono = 0
        self._last = 0

    def time(self) -> tuple[int, ClockState]:
        """UTC ns to record by, and the state of the clock."""
        wall, mono = self._clock.now(), self._clock.monotonic()
        if wall < EARLIEST:
            return wall, ClockState.UNTRUSTED
        if wall < self._last:
            self._last = max(self._last, self._wall + mono - self._mono)
            return self._last, ClockState.STEPPED_BACK
        self._wall, self._mono, self._last = wall, mono, wall
        return wall, ClockState.TRUSTED

    def event(self, draft: Draft, *, spool: UUID, seq: int, inventory: str) -> Event:
        """The whole envelope; the draft's own doubt about its clock outlives ours."""
        at, state = self.time()
        return Event(
            id=self._ids.next(),
            site=self._site,
            gateway=self._gateway,
            spool=spool,
            lane=draft.lane,
            seq=seq,
            equipment=draft.equipment,
            instance=draft.instance,
            at=draft.at,
            recorded_at=at,
            clock=state if draft.clock is ClockState.TRUSTED else draft.clock,
            replayed=draft.replayed,
            inventory=inventory,
            data=draft.data,
        )
