"""A real edge whose wall clock is set back, ahead, to 1970, over the end of summer time, and right again, while devices
count.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from edge.gate import ABSURD_TIME
from facility.clock import NS, from_iso
from tests.end_to_end.counted import Counted
from tests.end_to_end.edge_status import ask_status
from tests.end_to_end.estate import PATIENCE
from tests.end_to_end.faked_time import FakedTime
from tests.end_to_end.killing import judged
from tests.end_to_end.oracle import Count, Oracle
from tests.end_to_end.waiting import until

HOUR: Final = 3600.0
EPOCH: Final = 600 * NS
"""Ten minutes into 1970: a machine without a battery that has just been started."""
SUMMER_ENDS: Final = from_iso("2026-10-25T01:00:00Z")
"""In Berlin 03:00 becomes 02:00."""
NEAR: Final = 60.0
"""Seconds by which a step may be told otherwise than it was made."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the clock is set: so many seconds off, or to a UTC ns; with a start of the edge or not."""

    name: str
    offset: float = 0.0
    at: int | None = None
    start: bool = False
    mark: str = "trusted"
    """How its events are marked, at least some of them: what was on its way came before."""

    def seconds(self) -> float:
        """From the true time."""
        return self.offset if self.at is None else float((self.at - time.time_ns()) // NS)


RIGHT: Final = Setting("right")
ALL: Final = (
    RIGHT,
    Setting("-2 h", -2 * HOUR, mark="stepped_back"),
    RIGHT,
    Setting("+26 h", 26 * HOUR),
    RIGHT,
    Setting("1970", at=EPOCH, mark="stepped_back"),
    RIGHT,
    Setting("started in 1970", at=EPOCH, start=True, mark="untrusted"),
    RIGHT,
    Setting("summer time ends", at=SUMMER_ENDS - 10 * NS, start=True),
    RIGHT,
)
SOME: Final = (RIGHT, ALL[1], RIGHT, ALL[7], RIGHT)


@dataclass(slots=True)
class Phase:
    """One setting: what stood still, how many events came and how they are marked, and the step that it was."""

    setting: Setting
    step: float
    stalled: list[str] = field(default_factory=list)
    events: int = 0
    marks: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Walk:
    """All settings, the steps that the edge told, and what the oracle found at the end."""

    phases: list[Phase]
    told: list[float]
    disorder: list[str]
    refused: int
    counts: dict[str, Count]

    def wrong(self) -> dict[str, list[str]]:
        """What should not be, by name."""
        samples = self.counts["samples"]
        return {
            "units that stood still": [f"{p.setting.name}: {unit}" for p in self.phases for unit in p.stalled],
            "messages out of order": self.disorder,
            "steps not told": [
                f"{p.setting.name}: {p.step:g}"
                for p in self.phases
                if p.step and not p.setting.start and not any(abs(told - p.step) < NEAR for told in self.told)
            ],
            "settings not marked": [
                f"{p.setting.name}: {p.marks}" for p in self.phases if p.setting.mark not in p.marks
            ],
            "samples neither stored nor in a dead letter": (
                [] if samples.lost == self.refused else [f"{samples}; {self.refused} in dead letters"]
            ),
            "samples doubled or altered": samples.words if samples.doubled or samples.altered else [],
        }


def walked(settings: Sequence[Setting], seconds: float) -> Walk:
    """Every setting for so long; the first one is the right time."""
    road = Counted(units=4, rate=5.0)
    with closing(FakedTime(road.root)) as clock:
        road.edge.environ = {**clock.environ, "TZ": "Europe/Berlin"}
        with road:
            return _walk(road, clock, settings, seconds)


def _walk(road: Counted, clock: FakedTime, settings: Sequence[Setting], seconds: float) -> Walk:
    oracle = Oracle(road)
    oracle.since = min(oracle.since, SUMMER_ENDS - round(HOUR) * NS)
    phases: list[Phase] = []
    before = 0.0
    for setting in settings:
        offset = setting.seconds()
        _turn(road, oracle, clock, setting, offset)
        phases.append(_one(road, oracle, Phase(setting, offset - before), seconds))
        before = offset
    counts = judged(road, oracle)
    return Walk(phases, _steps(road), _out_of_order(road), _refused(road), counts)


def _turn(road: Counted, oracle: Oracle, clock: FakedTime, setting: Setting, offset: float) -> None:
    """Set the clock, and start the edge anew where the setting says so."""
    if setting.start:
        road.kill(road.edge)
        oracle.look()
    clock.set(offset)
    if setting.start:
        road.start_edge()


def _one(road: Counted, oracle: Oracle, phase: Phase, seconds: float) -> Phase:
    """Every unit is polled on and events arrive, while the setting lasts or soon after."""
    before, high = _polls(road), _newest(road)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.25)
        oracle.look()
    needed = max(2.0, seconds / 4)
    late = time.monotonic() + PATIENCE
    while (
        stalled := [u for u, n in _polls(road).items() if n - before.get(u, 0) < needed]
    ) and time.monotonic() < late:
        time.sleep(0.25)
        oracle.look()
    phase.stalled = stalled
    until(lambda: _marks(road, high).keys() >= {phase.setting.mark}, PATIENCE, lambda: f"{phase}\n{road.logs()}")
    found = _marks(road, high)
    phase.events, phase.marks = sum(found.values()), set(found)
    return phase


def _still(road: Counted, before: dict[str, int], needed: float) -> list[str]:
    """Units that were not polled so many times since."""
    return [unit for unit, polls in _polls(road).items() if polls - before.get(unit, 0) < needed]


def _polls(road: Counted) -> dict[str, int]:
    """Unit → how often it was polled."""
    lines = ask_status(road.data).lines
    return {f"{line.line}/{u.unit}": u.polls for line in lines if line.protocol == "modbus" for u in line.units}


def _newest(road: Counted) -> int:
    """The highest seq of the event lane in the cloud."""
    with closing(road.database()) as db:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM event WHERE lane = 'event'").fetchone()[0])


def _marks(road: Counted, after: int) -> dict[str, int]:
    """How the events after a seq are marked, and how many of each."""
    with closing(road.database()) as db:
        rows = db.execute("SELECT clock, count(*) FROM event WHERE seq > ? AND lane = 'event' GROUP BY 1", (after,))
        return dict(rows.fetchall())


def _steps(road: Counted) -> list[float]:
    """The steps of the clock that the edge has told, in seconds, in the order of their seq."""
    return [float(data["seconds"]) for data in _data(road, "clock.stepped")]


def _out_of_order(road: Counted) -> list[str]:
    """Messages whose seq does not follow the order in which they were issued."""
    tags = [str(data["tag"]) for data in _data(road, "patrol.read")]
    return [later for earlier, later in pairwise(tags) if later < earlier]


def _refused(road: Counted) -> int:
    """Samples that were accepted and went to dead letters: those of a clock more than a day ahead."""
    letters = _data(road, "dead_letter.recorded")
    return sum(int(data["count"]) for data in letters if ABSURD_TIME not in str(data["why"]))


def _data(road: Counted, type: str) -> list[dict[str, Any]]:
    """What the events of a type say, in the order of their seq."""
    with closing(road.database()) as db:
        rows = db.execute("SELECT data FROM event WHERE type = ? ORDER BY seq", (type,)).fetchall()
    return [json.loads(row[0]) for row in rows]
