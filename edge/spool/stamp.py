"""Turns drafts into events: identity, place in the spool, time of recording, and how far the clock was trusted."""

from __future__ import annotations

from uuid import UUID

from edge.steady_clock import SteadyClock
from facility.clock import Clock
from facility.event import ClockState, Draft, Event
from facility.ids import UuidSource


class Stamp:
    """Times of recording never run backwards, as the steady clock says."""

    def __init__(self, clock: Clock, site: str, gateway: str) -> None:
        self._clock = clock if isinstance(clock, SteadyClock) else SteadyClock(clock)
        self._site = site
        self._gateway = gateway
        self._ids = UuidSource(self._clock)

    def time(self) -> tuple[int, ClockState]:
        """UTC ns to record by, and the state of the clock."""
        return self._clock.now(), self._clock.state

    def event(self, draft: Draft, *, spool: UUID, seq: int, inventory: str) -> Event:
        """The whole envelope; a doubt about the device's clock outlives ours, unless our own is absurd."""
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
            clock=state if ClockState.UNTRUSTED is state or draft.clock is ClockState.TRUSTED else draft.clock,
            replayed=draft.replayed,
            inventory=inventory,
            data=draft.data,
        )
