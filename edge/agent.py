"""The edge agent: the one place where everything is wired, one task group, an orderly end."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Collection, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from edge.access.access import Access
from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.alarms.memory import read_kept
from edge.binding import TICK, rebind
from edge.cards import read_cards
from edge.checking import Checked
from edge.commands import Commands, Watches
from edge.ends import Ends, Hooks
from edge.last_settings import keep_settings
from edge.linkage.linkage import Linkage
from edge.notes import Notes
from edge.notify import Notifier
from edge.patrol.watch import PatrolWatch
from edge.pipeline import GATHER, Pipeline
from edge.points import point_table
from edge.poller import Poller
from edge.recorder import Recorder
from edge.settings import Settings
from edge.snapshot import Snapshot
from edge.spool import LaneState, Spool
from edge.status import LaneStatus, LineStatus, Status, StatusServer, UnitStatus, with_troubles
from edge.steady_clock import SteadyClock
from edge.telemetry import Telemetry
from edge.ticks import Ticks
from edge.unit_silence import UnitSilence
from facility.clock import NS, Clock
from facility.event import Draft, EventData, GatewayStarted, GatewayStopped, Integrity, Lane
from facility.quality import Quality

if TYPE_CHECKING:
    from edge.duty.running import DutyPage

SPOOL_FILE: Final = "spool.sqlite3"
EVERY: Final = round(TICK * NS)
"""Between two ticks of detection: a delay ends at most so late."""
CLOSING: Final = 1.0
"""Seconds that lines get to say goodbye before what is in memory goes to the disk without them."""
DRAIN: Final = 2.5
"""Seconds to bring what is in memory to the disk at the end."""
HANGS: Final = 5.0
"""Seconds without a tick of detection after which the watchdog is told nothing more."""
FAREWELL: Final = 1.0
"""Seconds that ends which answer get for the rest, once it is on disk."""

log = logging.getLogger(__name__)


def edge_version() -> str:
    """The installed version."""
    try:
        return version("gatehouse")
    except PackageNotFoundError:
        return "unknown"


class Agent:
    """One run over one data folder. `run` ends when `stop` is set, or raises SpoolError where the disk failed."""

    def __init__(
        self, checked: Checked, data: Path, environ: Mapping[str, str], clock: Clock, *, status_port: int = 0
    ) -> None:
        inventory = checked.settings.inventory
        self._checked = checked
        self._data = data
        self._status_port = status_port
        self._notifier = Notifier(environ)
        self._ticked = clock.monotonic()
        self._inventory = inventory
        self._settings = checked.settings
        self._lines = checked.lines
        self._clock = SteadyClock(clock)
        self._ticks = Ticks(self._clock)
        self._started = self._clock.now()
        self._snapshot = Snapshot(checked.table, self._clock)
        self._spool = Spool(data / SPOOL_FILE, self._clock, site=inventory.site, gateway=inventory.gateway)
        self._ends = Ends(
            checked.site.written, checked.site.file.parent, environ, self._spool, self._clock, edge_version()
        )
        self._recorder = Recorder(self._spool, inventory.revision)
        self._telemetry = Telemetry(self._spool, inventory, self._clock)
        self._duty = self._duty_page()

    def _duty_page(self) -> DutyPage | None:
        """The local duty page, where site.yaml asks for one; else nothing of it is imported."""
        site = self._checked.site
        written = site.written.duty_page
        if written is None:
            return None
        from edge.duty.running import DutyPage, Outside

        outside = Outside(
            links=lambda: [link for link in self._ends.links if link.name.startswith("cloud")],
            waiting=lambda: sum(
                state.records for lane, state in self._spool.waiting().items() if lane in (Lane.LIFE, Lane.EVENT)
            ),
            has_cloud=site.written.cloud is not None,
        )
        return DutyPage(written, site.file.parent, self._data, self._inventory, self._snapshot, self._clock, outside)

    async def run(self, stop: asyncio.Event) -> None:
        """From the first socket to the last sync."""
        async with self._spool:
            kept = await self._spool.state()
            await self._spool.keep_inventory(self._inventory.revision, self._inventory.body.encode())
            engine = Engine(self._checked.rules, self._snapshot, self._clock)
            notes = Notes(self._checked.table, read_cards(self._checked.site.file.parent), kept)
            linkage = Linkage(self._inventory, self._snapshot, self._clock)
            pipeline = Pipeline(
                self._snapshot,
                engine,
                notes,
                self._telemetry,
                self._recorder,
                self._clock,
                gather=GATHER,
            )
            patrol = PatrolWatch(self._inventory, self._clock, kept)
            access = Access(self._inventory, self._snapshot, self._clock, kept)
            for watch in (linkage, patrol, access):
                pipeline.let_look_on(watch)
            for listener in (patrol, access):
                pipeline.let_hear(listener)
            pipeline.record(engine.restore(read_kept(kept)))
            if self._duty is not None:
                self._duty.begin(pipeline, kept)
            pipeline.record(linkage.restore(kept, engine))
            self._say(pipeline, GatewayStarted(version=edge_version(), clean=self._spool.clean))
            self._tell_settings(pipeline)
            poller = Poller(self._lines, pipeline, self._clock, self._ticks, kept)
            async with StatusServer(self._data, lambda: self._status(pipeline, poller), self._status_port):
                await self._work(pipeline, Watches(linkage, patrol, access), poller, stop)

    async def _work(self, pipeline: Pipeline, watches: Watches, poller: Poller, stop: asyncio.Event) -> None:
        commands = Commands(
            self._checked.site,
            self._checked.settings,
            pipeline,
            watches,
            self._clock,
            lambda new: self._apply(new, pipeline, watches, poller),
            self._duty,
        )
        hooks = Hooks(
            commands.do,
            lambda: self._tell_all(pipeline),
            self._snapshot,
            lambda: self._status(pipeline, poller),
        )
        async with asyncio.TaskGroup() as tasks:
            disk = [
                tasks.create_task(self._recorder.run(), name="recorder"),
                tasks.create_task(self._telemetry.run(), name="telemetry"),
            ]
            inner = [
                tasks.create_task(poller.run(), name="poller"),
                tasks.create_task(self._silence(poller).run(), name="silence"),
                tasks.create_task(self._tick(pipeline), name="tick"),
                tasks.create_task(self._notifier.watch(self._alive), name="watchdog"),
            ]
            if self._duty is not None:
                inner.append(tasks.create_task(self._duty.run(self._lines, poller.write), name="duty"))
            ends = tasks.create_task(self._ends.run(self._inventory, hooks), name="ends")
            log.info("%s of %s runs: %d lines", self._inventory.gateway, self._inventory.site, len(self._lines))
            self._notifier.say("READY=1")
            await stop.wait()
            self._notifier.say("STOPPING=1")
            await _ended(inner)
            pipeline.flush()
            self._say(pipeline, GatewayStopped(why="asked to stop"))
            await self._drain()
            for task in (ends, *disk):
                task.cancel()

    def _silence(self, poller: Poller) -> UnitSilence:
        return UnitSilence(self._lines, poller, self._snapshot, self._clock, self._ticks)

    async def _drain(self) -> None:
        """Memory to disk; then a moment for ends that answer."""
        try:
            async with asyncio.timeout(DRAIN):
                await self._recorder.drain()
                await self._telemetry.drain()
        except TimeoutError:
            log.warning("the disk is too slow: what was not accepted yet is lost; lines will send it again")
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + FAREWELL
        while loop.time() < until and self._undelivered():  # noqa: ASYNC110 - two ends and four lanes, one second
            await asyncio.sleep(0.02)

    def _undelivered(self) -> bool:
        links = list(self._ends.links)
        return any(s.records for lane, s in self._spool.waiting().items() if lane != "dead") and any(
            link.why is None for link in links
        )

    async def _tick(self, pipeline: Pipeline) -> None:
        """The clock's part of the work, behind a boundary of its own."""
        moment = self._clock.monotonic()
        while True:
            moment = max(moment + EVERY, self._clock.monotonic())
            moment -= moment % EVERY
            await self._ticks.until(moment if moment > self._clock.monotonic() else moment + EVERY)
            try:
                pipeline.tick()
            except Exception:
                log.exception("a tick of detection failed; the next one goes on")
            else:
                self._ticked = self._clock.monotonic()

    def _alive(self) -> bool:
        """Whether detection goes on and the spool takes events; else systemd starts the agent anew."""
        return self._spool.broken is None and self._clock.monotonic() - self._ticked < HANGS * NS

    async def _tell_all(self, pipeline: Pipeline) -> None:
        done = pipeline.record(Outcome([pipeline.engine.snapshot()]))
        if done is not None:
            await done

    def _tell_settings(self, pipeline: Pipeline) -> None:
        """Those that are right are kept for a start with wrong ones; that there are such is told."""
        keep_settings(self._data, self._settings)
        if wrong := self._settings.wrong:
            log.error("settings.yaml is wrong, version %d is in force instead: %s", self._settings.version, wrong)
            self._say(pipeline, Integrity(what="settings.yaml", detail=wrong))

    async def _apply(self, new: Settings, pipeline: Pipeline, watches: Watches, poller: Poller) -> None:
        """New settings without a restart: rules and deadbands at once, lines only where something changed."""
        table = point_table(new.inventory)
        engine = Engine(compile_rules(new.inventory, table), self._snapshot, self._clock)
        await self._spool.keep_inventory(new.inventory.revision, new.inventory.body.encode())
        self._recorder.inventory = new.inventory.revision
        pipeline.record(engine.carry(pipeline.engine))
        pipeline.carry(table, engine)
        pipeline.record(watches.patrol.carry(new.inventory, engine))
        watches.access.carry(new.inventory)
        self._lines = rebind(self._lines, new.inventory)
        self._inventory, self._settings = new.inventory, new
        await asyncio.to_thread(keep_settings, self._data, new)
        reopened = await poller.rebind(self._lines)
        self._ends.renew(new.inventory)
        if self._duty is not None:
            self._duty.renew(new.inventory)
        log.info("settings %d: lines opened anew: %s", new.version, ", ".join(reopened) or "none")

    def _say(self, pipeline: Pipeline, data: EventData) -> None:
        pipeline.record(Outcome([Draft(data=data, at=self._clock.now(), clock=self._clock.state)]))

    def _status(self, pipeline: Pipeline, poller: Poller) -> Status:
        links = list(self._ends.links)
        status = Status(
            site=self._inventory.site,
            gateway=self._inventory.gateway,
            version=edge_version(),
            inventory=self._inventory.revision,
            settings=self._settings.version,
            settings_wrong=self._settings.wrong,
            pid=os.getpid(),
            started=self._started,
            now=self._clock.now(),
            clock=self._clock.state,
            points=len(self._checked.table),
            qualities=self._qualities(),
            samples=pipeline.samples,
            alarms=dict(Counter(str(a.told) for a in pipeline.engine.live.values())),
            lines=tuple(self._line(name, poller) for name in poller.health),
            lanes=tuple(self._lane(lane, state) for lane, state in self._spool.waiting().items()),
            ends={link.name: link.why or "" for link in links}
            | ({} if self._duty is None else {"duty page": self._duty.why}),
            untried=tuple(link.name for link in links if link.untried),
            refused=dict(self._telemetry.refused),
        )
        return with_troubles(status)

    def _qualities(self) -> dict[str, int]:
        """Never heard since the start is bad; what has no samples is counted apart, so that all points are."""
        sampled = self._snapshot.quality[self._checked.table.sampled]
        counted = {q.word: int((sampled == q).sum()) for q in Quality}
        return counted | {"unsampled": len(self._checked.table) - len(sampled)}

    def _lane(self, lane: Lane, state: LaneState) -> LaneStatus:
        quota = self._spool.quotas.of(lane)
        return LaneStatus(
            lane=lane, records=state.records, bytes=state.bytes, quota=quota, oldest=state.oldest, dropped=state.dropped
        )

    def _line(self, name: str, poller: Poller) -> LineStatus:
        health = poller.health[name]
        bound = next(b for b in self._lines if b.name == name)
        return LineStatus(
            line=name,
            protocol=bound.protocol.name,
            state=health.state,
            why=health.why,
            points=len(bound.points),
            units=tuple(
                UnitStatus(unit=str(u.unit), polls=u.polls, missed=u.missed, silent=u.silent)
                for u in poller.units(name)
            ),
            lost_units=health.lost_units,
        )


async def _ended(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel and wait; a line that does not end in time is named, and cancelled once more: a library ate the first."""
    for task in tasks:
        task.cancel()
    _, late = await asyncio.wait(tasks, timeout=CLOSING)
    if late:
        lines = [task for task in asyncio.all_tasks() if task.get_name().startswith("line ")]
        log.warning("not ended after %g s: %s", CLOSING, ", ".join(sorted(t.get_name() for t in {*late, *lines})))
        for task in lines:
            task.cancel()
