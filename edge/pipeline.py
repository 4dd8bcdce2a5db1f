"""The one road of a batch: intake, snapshot, reporting to telemetry, detection and notes to events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from edge.alarms.engine import Engine, Outcome
from edge.intake import Intake
from edge.notes import Notes
from edge.points import PointTable
from edge.recorder import Recorder
from edge.reporting import Reporting
from edge.snapshot import Snapshot, layers
from edge.steady_clock import SteadyClock
from facility.batch import Batch
from facility.event import ClockStepped, Draft

COMMIT_WITHIN = 0.03
"""Seconds that samples of a line which waits for the disk may wait for their group commit."""


class TakesSamples(Protocol):
    """The telemetry lane, as seen from here."""

    def put(self, batch: Batch, within: float = 1.0) -> asyncio.Future[None]:
        """Take a batch; done when it is on disk."""


class Pipeline:
    """`take` does the work at once and in order; what must be waited for comes back as futures."""

    def __init__(
        self,
        table: PointTable,
        snapshot: Snapshot,
        engine: Engine,
        notes: Notes,
        telemetry: TakesSamples,
        recorder: Recorder,
        clock: SteadyClock,
    ) -> None:  # fmt: skip
        self.engine = engine
        self.intake = Intake(table)
        self.notes = notes
        self.samples = 0
        self.batches = 0
        self._reporting = Reporting(table)
        self._snapshot = snapshot
        self._telemetry = telemetry
        self._recorder = recorder
        self._clock = clock

    async def deliver(self, batch: Batch) -> None:
        """Of lines that are asked: does not wait for the disk; the telemetry lane commits within a second."""
        self.take(batch)

    async def deliver_durably(self, batch: Batch) -> None:
        """Of lines that speak by themselves: returns when its events and its samples are on disk."""
        waiting = self.take(batch, within=COMMIT_WITHIN)
        for future in waiting:
            await future

    def take(self, batch: Batch, within: float = 1.0) -> list[asyncio.Future[None]]:
        """Do everything that a batch asks for; returns what ends when it is on disk."""
        batch = self.intake.taken(batch)
        self.samples += len(batch)
        self.batches += 1
        out = Outcome()
        for layer in layers(batch) if not batch.replayed else ():
            self._snapshot.put(layer)
            out.add(self.engine.detect(layer))
        if batch.notes:
            drafts, state = self.notes.drafts(batch.notes, self._clock.state, replayed=batch.replayed)
            out.add(Outcome(drafts, state))
        sent = self._reporting.sent(batch)
        stored = self._telemetry.put(sent, within) if sent is not None else None
        return [f for f in (self.record(out), stored) if f is not None]

    def record(self, out: Outcome) -> asyncio.Future[None] | None:
        """Put events and the state that goes with them on the way to the disk."""
        return self._recorder.put(out.drafts, out.state)

    def tick(self) -> None:
        """Let the clock do its part: stale points, delays, silence, steps of the wall clock."""
        stale = self._snapshot.stale()
        if stale is not None:
            self.take(stale)
        out = self.engine.tick()
        out.drafts += self._stepped(self._clock.steps())
        self.record(out)

    def carry(self, table: PointTable, engine: Engine) -> None:
        """Go on with new settings of the same points; the engine has taken over from the old one."""
        self._snapshot.carry(table)
        self._reporting.carry(table)
        self.engine = engine

    def _stepped(self, steps: Iterable[float]) -> list[Draft]:
        now = self._clock.now()
        return [Draft(data=ClockStepped(seconds=s), at=now, clock=self._clock.state) for s in steps]
