"""The one road of a batch: intake, snapshot, reporting to telemetry, detection and notes to events."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeAlias

from drivers.base import Answer
from edge.alarms.engine import Engine, Outcome
from edge.intake import Intake
from edge.notes import Notes
from edge.points import PointTable
from edge.recorder import Recorder
from edge.reporting import Reporting
from edge.snapshot import Snapshot, layers
from edge.steady_clock import SteadyClock
from facility.batch import Batch, joined
from facility.event import ClockStepped, Draft
from facility.quality import Quality

COMMIT_WITHIN: Final = 0.03
"""Seconds that samples of a line which waits for the disk may wait for their group commit."""
LATER: Final = 0.9
"""The same, of a line that does not wait: what is polled each second is one commit a second, whatever the jitter."""
GATHER: Final = 0.005
"""Seconds in which the answers of one tick are gathered into one batch."""
LOOKS: Final = 4
"""So often it is looked, after each such time, whether more answers came; then they are done whatever still comes."""

Waits: TypeAlias = list[asyncio.Future[None]]

log = logging.getLogger(__name__)


class TakesSamples(Protocol):
    """The telemetry lane, as seen from here."""

    def put(self, batch: Batch, within: float = 1.0) -> asyncio.Future[None]:
        """Take a batch; done when it is on disk."""


class LooksOn(Protocol):
    """What watches beside detection and tells the engine what it finds."""

    def see(self, batch: Batch, engine: Engine) -> Outcome:
        """Samples of a batch, after detection; the snapshot has them, no point twice."""

    def tick(self, engine: Engine) -> Outcome:
        """The clock's part, after detection's."""


class Hears(Protocol):
    """What watches the facts: cards, passages, patrol reads."""

    def hear(self, drafts: Sequence[Draft], engine: Engine) -> tuple[list[Draft], Outcome]:
        """Events that messages became; back come those that are to be told, and what follows from them."""


class Follows(Protocol):
    """What keeps account of the alarms that are told."""

    def follow(self, drafts: Sequence[Draft]) -> dict[str, bytes]:
        """Events on their way to the disk; back come the keys of the spool's state that go with them."""


class Pipeline:
    """`take` does the work at once and in order; `put` gathers first. What must be waited for comes as futures."""

    def __init__(
        self,
        snapshot: Snapshot,
        engine: Engine,
        notes: Notes,
        telemetry: TakesSamples,
        recorder: Recorder,
        clock: SteadyClock,
        gather: float = 0.0,
    ) -> None:
        self.engine = engine
        self.intake = Intake(snapshot.table)
        self.notes = notes
        self.samples = 0
        self.batches = 0
        self._reporting = Reporting(snapshot.table)
        self._snapshot = snapshot
        self._telemetry = telemetry
        self._recorder = recorder
        self._clock = clock
        self._gather = gather
        self._looking_on: list[LooksOn] = []
        self._hearing: list[Hears] = []
        self._following: list[Follows] = []
        self._pending: list[Batch | Answer] = []
        self._seen = 0
        self._looks = 0
        self._within = LATER
        self._flushed: asyncio.Future[Waits] | None = None

    def let_look_on(self, watch: LooksOn) -> None:
        """From now on it sees what detection sees."""
        self._looking_on.append(watch)

    def let_hear(self, listener: Hears) -> None:
        """From now on it hears the events that messages become, before they are told."""
        self._hearing.append(listener)

    def let_follow(self, follower: Follows) -> None:
        """From now on it learns of all events as they are recorded."""
        self._following.append(follower)

    def put(self, batch: Batch | Answer) -> None:
        """Of lines that are asked: does not wait for the disk; the telemetry lane commits within a second."""
        if self._flushed is not None and isinstance(batch, Answer):
            self._pending.append(batch)
        else:
            self._add(batch, LATER)

    async def deliver_durably(self, batch: Batch) -> None:
        """Of lines that speak by themselves: returns when its events and its samples are on disk.

        Lines whose batches were gathered wait for the same: one that is cancelled takes no other with it.
        """
        for future in await asyncio.shield(self._add(batch, COMMIT_WITHIN)):
            await asyncio.shield(future)

    def take(self, batch: Batch, within: float = LATER) -> Waits:
        """Do everything that a batch asks for, after what was gathered; returns what ends when it is on disk."""
        self.flush()
        return self._process(batch, within)

    def flush(self) -> None:
        """Do what was gathered, as one batch."""
        if self._flushed is None:
            return
        batches, within, flushed = self._pending, self._within, self._flushed
        self._pending, self._within, self._flushed = [], LATER, None
        try:
            found = self._process(joined(decoded(batches)), within)
        except Exception as error:
            log.exception("a batch could not be processed; the next ones go on")
            flushed.set_exception(error)
            flushed.exception()
        else:
            flushed.set_result(found)

    def _add(self, batch: Batch | Answer, within: float) -> asyncio.Future[Waits]:
        """Gather what comes within a moment: a batch costs much the same with fifty samples and with five thousand."""
        if isinstance(batch, Batch) and batch.replayed:
            done: asyncio.Future[Waits] = asyncio.get_running_loop().create_future()
            done.set_result(self.take(batch, within))
            return done
        if self._flushed is None:
            loop = asyncio.get_running_loop()
            self._flushed = loop.create_future()
            if self._gather:
                self._seen = self._looks = 0
                loop.call_later(self._gather, self._look, self._flushed)
        flushed = self._flushed
        self._pending.append(batch)
        self._within = min(self._within, within)
        if not self._gather:
            self.flush()
        return flushed

    def _look(self, flushed: asyncio.Future[Waits]) -> None:
        """Do what was gathered, unless answers to the tick's questions still come and nobody waits for the disk."""
        if flushed is not self._flushed:
            return
        self._looks += 1
        more, self._seen = len(self._pending) > max(self._seen, 1), len(self._pending)
        if more and self._within >= LATER and self._looks < LOOKS:
            asyncio.get_running_loop().call_later(self._gather, self._look, flushed)
        else:
            self.flush()

    def _process(self, batch: Batch, within: float) -> Waits:
        batch = self.intake.taken(batch)
        self.samples += len(batch)
        self.batches += 1
        out = Outcome()
        try:
            self._judge(batch, out)
        finally:  # what detection has found is told also where somebody beside it fails: it would not be found again
            recorded = self.record(out)
        sent = self._reporting.sent(batch)
        stored = self._telemetry.put(sent, within) if sent is not None else None
        return [f for f in (recorded, stored) if f is not None]

    def _judge(self, batch: Batch, out: Outcome) -> None:
        """Detection, what looks on, and what hears the messages; their findings go to `out`."""
        for layer in layers(batch) if not batch.replayed else ():
            self._snapshot.put(layer)
            out.add(self.engine.detect(layer))
            for watch in self._looking_on:
                out.add(watch.see(layer, self.engine))
        if batch.notes:
            drafts, state = self.notes.drafts(batch.notes, self._clock.state, replayed=batch.replayed)
            found = Outcome(drafts, state)
            for listener in self._hearing:
                found.drafts, more = listener.hear(found.drafts, self.engine)
                found.add(more)
            out.add(found)

    def record(self, out: Outcome) -> asyncio.Future[None] | None:
        """Put events and the state that goes with them on the way to the disk."""
        for follower in self._following if out.drafts else ():
            out.state |= follower.follow(out.drafts)
        return self._recorder.put(out.drafts, out.state)

    def tick(self) -> None:
        """Let the clock do its part: stale points, delays, silence, steps of the wall clock."""
        self.flush()
        stale = self._snapshot.stale()
        if stale is not None:
            self.take(stale)
        out = self.engine.tick()
        try:
            for watch in self._looking_on:
                out.add(watch.tick(self.engine))
        finally:
            out.drafts += self._stepped(self._clock.steps())
            self.record(out)

    def last(self, point: int) -> float | None:
        """What a point last said, None where that is not good."""
        return float(self._snapshot.value[point]) if self._snapshot.quality[point] == Quality.GOOD else None

    def carry(self, table: PointTable, engine: Engine) -> None:
        """Go on with new settings of the same points; the engine has taken over from the old one."""
        self._snapshot.carry(table)
        self._reporting.carry(table)
        self.engine = engine

    def _stepped(self, steps: Iterable[float]) -> list[Draft]:
        now = self._clock.now()
        return [Draft(data=ClockStepped(seconds=s), at=now, clock=self._clock.state) for s in steps]


def decoded(came: Sequence[Batch | Answer]) -> list[Batch]:
    """Answers that came one after the other are decoded together, those of one shape in the order of their points."""
    found: list[Batch] = []
    for answers, some in itertools.groupby(came, lambda one: isinstance(one, Answer)):
        if not answers:
            found += [b for b in some if isinstance(b, Batch)]
            continue
        by_form: dict[int, list[Answer]] = {}
        for one in some:
            if isinstance(one, Answer):
                by_form.setdefault(id(one.form), []).append(one)
        for alike in by_form.values():
            alike.sort(key=_first_point)
            found.append(alike[0].form.decode(alike))
    return found


def _first_point(answer: Answer) -> int:
    first: int = answer.points.item(0)
    return first
