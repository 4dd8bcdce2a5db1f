"""Lines and units that come and go: one event, one alarm, and everything behind them bad, once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from drivers.base import Bound
from edge.alarms.engine import Outcome
from edge.pipeline import Pipeline
from edge.steady_clock import SteadyClock
from facility.batch import U4, bad
from facility.event import Draft, EventData, LineBack, LineLost, UnitBack, UnitLost
from facility.quality import Reason

log = logging.getLogger(__name__)

LineState = Literal["unknown", "up", "lost"]


class LineHealth:
    """The Health of one line: what driver and poller tell of it, told on only where it is news."""

    def __init__(self, name: str, points: Sequence[Bound], pipeline: Pipeline, clock: SteadyClock) -> None:
        self.name = name
        self.state: LineState = "unknown"
        self.why = ""
        self.on_up: Callable[[], None] = lambda: None
        """Called when the line is back, so that a poller need not wait for its next try."""
        self._pipeline = pipeline
        self._clock = clock
        self._lost: dict[str, str] = {}
        self._heard: set[str] = set()
        self._well: set[int | str] = set()
        """Units as they are named in polls, where nothing is to be told when they answer."""
        self._equipment: tuple[str, ...] = tuple(dict.fromkeys(b.equipment for b in points))
        by_unit: dict[str, list[Bound]] = defaultdict(list)
        for point in points:
            by_unit[str(point.unit)].append(point)
        self._units = {u: tuple(dict.fromkeys(b.equipment for b in some)) for u, some in by_unit.items()}
        self._points = {u: _indexes(some) for u, some in by_unit.items()}
        self._all = _indexes(points)

    @property
    def lost_units(self) -> dict[str, str]:
        """Unit → why, of those that are lost now."""
        return dict(self._lost)

    def answered(self, unit: int | str) -> None:
        """A poll of a unit went well: the line is up, and the unit."""
        if self.state != "up" or unit not in self._well:
            self.line(up=True)
            self.unit(unit, up=True)
            self._well.add(unit)

    def line(self, *, up: bool, why: str = "") -> None:
        """The whole line came or went."""
        if up == (self.state == "up") and self.state != "unknown":
            return
        first, self.state, self.why = self.state == "unknown", "up" if up else "lost", "" if up else why
        if up:
            if not first:
                self._say(LineBack(line=self.name, equipment=self._equipment))
            self.on_up()
        else:
            log.warning("line %s is lost: %s", self.name, why)
            self._spoil(self._all, Reason.NOT_CONNECTED)
            self._say(LineLost(line=self.name, why=why, equipment=self._equipment))
        self._pipeline.record(self._pipeline.engine.tell_lost(self.name, "", lost=not up))

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        """One unit came or went."""
        name = str(unit)
        if name not in self._units:
            return
        if up == (name in self._heard) and (up or name in self._lost):
            return
        equipment = self._units[name]
        if up:
            self._heard.add(name)
            if self._lost.pop(name, None) is not None:
                self._say(UnitBack(line=self.name, unit=name, equipment=equipment), equipment[0])
        else:
            self._well.discard(unit)
            self._heard.discard(name)
            log.warning("unit %s of line %s is silent: %s", name, self.name, why)
            self._lost[name] = why
            self.doubt(unit)
            self._say(UnitLost(line=self.name, unit=name, why=why, equipment=equipment), equipment[0])
        self._pipeline.record(self._pipeline.engine.tell_lost(self.name, name, lost=not up))

    def doubt(self, unit: int | str) -> None:
        """A unit did not answer this once: what it last said is no longer known to hold."""
        self._spoil(self._points[str(unit)], Reason.TIMEOUT)

    def _spoil(self, points: U4, reason: Reason) -> None:
        self._pipeline.take(bad(points, reason, self._clock.now()))

    def _say(self, data: EventData, equipment: str = "") -> None:
        draft = Draft(data=data, at=self._clock.now(), equipment=equipment, clock=self._clock.state)
        self._pipeline.record(Outcome([draft]))


def _indexes(points: Sequence[Bound]) -> U4:
    return np.array([p.index for p in points if p.means.kind.sampled], np.uint32)
