"""Detection and its oracle side by side: whatever happens, happens to both, and both must say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edge.alarms.compiled import Compiled, compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.alarms.memory import read_kept
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.batch import Note, noted
from facility.clock import NS, ManualClock
from facility.inventory import Inventory
from facility.point import Kind
from facility.site import Instance
from tests.edge import building as b
from tests.edge.alarms.oracle import Oracle
from tests.edge.alarms.receiver import Cloud
from tests.edge.alarms.slow_alarms import LOST

LIFE: dict[str, Any] = {"class": "life_safety", "priority": 1, "latching": True}
RUNS: dict[str, Any] = {"while": {"point": "running", "states": ["on"]}}
LEVELS = (2.5, 3.5, 5.0, 9.0, 11.0, None)
STATES = (0.0, 1.0, 1.0, None)
VALUES: dict[str, tuple[float | None, ...]] = {
    "level": LEVELS, "other": LEVELS, "word": (0.0, 1.0, 2.0, 7.0, None), "starts": (5.0, 6.0, 7.0, 9.0, None),
    "running": STATES, "fault": STATES, "a1.fire": STATES, "a2.fire": STATES, "a3.fire": STATES,
    "board.supply": STATES, "fan.speed": (2.0, 8.0, None),
}  # fmt: skip
"""Point → what it may say."""
MESSAGES: tuple[dict[str, str], ...] = (
    {"credential": "duress"}, {"credential": "told"}, {"credential": "held"}, {"reason": "wrong"}, {"reason": "wrong"},
    {"reason": "wrong", "credential": "held"}, {"reason": "expired"},
)  # fmt: skip
NAMES = ("high", "fault", "latched", "fire", "apart", "bit", "often", "tries", "duress", "both", "held", "one", "three")
"""Rules that are taken out of service."""


def inventory(*, changed: bool) -> Inventory:
    """One tank with every kind of condition, by the site's first settings or the changed ones."""
    points = [
        b.point("level"), b.point("other"), b.point("word"), b.point("running", Kind.STATE),
        b.point("fault", Kind.STATE), b.point("starts", Kind.COUNTER), b.point("denied", Kind.EVENT),
        b.point("fire", Kind.STATE, per="address"),
    ]  # fmt: skip
    fire: dict[str, Any] = {"point": "fire", "states": ["on"]}
    rules = [
        b.rule("high", {"kind": "high", "point": "level", "limit": 8.5 if changed else 10, "deadband": 2},
               suppressed_by=["fault"]),
        b.rule("low", {"kind": "low", "point": "level", "limit": 3, "deadband": 1}, delay_on="2s" if changed else "4s",
               delay_off="3s", **RUNS),
        b.rule("fault", {"kind": "is", "point": "fault", "states": ["on"]}, delay_off="2s"),
        b.rule("latched", {"kind": "is", "point": "fault", "states": ["on"]}, delay_on="2s", latching=True),
        b.rule("fire", {"kind": "is", **fire}, per="address", **LIFE),
        b.rule("both", {"kind": "count", "times": 2, "window": "10s", "where": {"zone": "same"}, **fire}, **LIFE),
        b.rule("quiet", {"kind": "no_data", "over": "6s"}, **{"class": "communication"}),
        b.rule("quiet_level", {"kind": "no_data", "point": "level", "over": "5s"}, delay_off="1s"),
        b.rule("apart", {"kind": "deviation", "point": "level", "of": "other", "limit": 5, "deadband": 1},
               delay_off="3s", suppressed_by=["fault"]),
        b.rule("bit", {"kind": "bit", "point": "word", "bit": 1}, latching=True, suppressed_by=["fault"]),
        b.rule("still", {"kind": "stuck", "point": "level", "over": "8s", "within": 0.5}),
        b.rule("quick", {"kind": "rate", "point": "level", "limit": 0.75, "over": "4s", "direction": "rise"},
               delay_off="1s", suppressed_by=["apart"]),
        b.rule("vain", {"kind": "no_effect", "point": "level", "move": 3, "direction": "rise", "within": "5s"}, **RUNS),
        b.rule("often", {"kind": "count", "point": "running", "states": ["on"], "times": 3, "window": "12s"},
               latching=True),
        b.rule("steps", {"kind": "count", "point": "starts", "times": 3, "window": "10s"}),
        b.rule("tries", {"kind": "count", "point": "denied", "times": 2, "window": "5s" if changed else "9s",
                         "where": {"reason": "wrong"}}),
        b.rule("duress", {"kind": "occurs", "point": "denied", "where": {"credential": ["duress"]}}, **LIFE),
        b.rule("told", {"kind": "occurs", "point": "denied", "where": {"credential": ["told"]}}),
        b.rule("held", {"kind": "occurs", "point": "denied", "where": {"credential": ["held"]}, "hold": "5s"}),
        b.rule("strange", {"kind": "expression",
                           "expression": "fault == 1 and level < 4 or level > rated_depth * 3"}, delay_on="1s"),
        b.rule("one", {"kind": "high", "point": "level", "limit": 8}, first_out="pump"),
        b.rule("two", {"kind": "bit", "point": "word", "bit": 0}, delay_on="1s", delay_off="2s", first_out="pump"),
        b.rule("three", {"kind": "is", "point": "running", "states": ["on"]}, priority=2, first_out="pump"),
    ]  # fmt: skip
    zones = {"a1": "z1", "a2": "z1", "a3": "z2"}
    named = tuple(Instance(id=i, zh=i, en=i, zone=z) for i, z in zones.items())
    tank = b.equipment("tank", points, rules, instances=tuple(zones))
    board = b.equipment("board", [b.point("supply", Kind.STATE)], [
        b.rule("cut", {"kind": "is", "point": "supply", "states": ["off"]}, cuts_supply=True, delay_off="1s"),
    ], unit=2)  # fmt: skip
    fan = b.equipment("fan", [b.point("speed")], [
        b.rule("slow", {"kind": "low", "point": "speed", "limit": 5}, first_out="fan"),
        b.rule("quick", {"kind": "high", "point": "speed", "limit": 6}, first_out="fan", delay_off="4s"),
    ], unit=3).model_copy(update={"fed_by": ("board",)})  # fmt: skip
    return b.inventory(tank.model_copy(update={"instances": named, "rated": {"depth": 3.5}}), board, fan)


def point_of(name: str) -> str:
    """The id of a point of VALUES."""
    return name if name.partition(".")[0] in ("board", "fan") else f"tank.{name}"


SETTINGS = {changed: inventory(changed=changed) for changed in (False, True)}
TABLE = point_table(SETTINGS[False])


class Walk:
    """One engine, one oracle, one clock, one receiver, one disk."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.oracle, self.cloud, self.disk = Oracle(self.clock.mono), Cloud(), dict[str, bytes]()
        self.begin()
        self.settle()

    def begin(self) -> None:
        clock = SteadyClock(self.clock)
        self.snapshot = Snapshot(TABLE, clock)
        self.engine = Engine(self._compiled(), self.snapshot, clock)
        self.say(self.engine.restore(read_kept(self.disk)))

    def _compiled(self) -> Compiled:
        return compile_rules(SETTINGS[self.oracle.changed], TABLE)

    def say(self, out: Outcome) -> None:
        self.disk |= out.state
        self.cloud.take(out)

    def settle(self) -> None:
        self.say(self.engine.tick())
        self.oracle.judge(self.clock.mono)

    def hear(self, given: Mapping[str, float | None]) -> None:
        batch = b.samples(self.clock.wall, *((TABLE.by_id[point_of(p)], v) for p, v in given.items()))
        self.snapshot.put(batch)
        self.say(self.engine.detect(batch))
        self.oracle.hear(dict(given), self.clock.mono)
        self.settle()

    def message(self, data: dict[str, str], late: float) -> None:
        age = round(late * NS)
        batch = noted([Note(TABLE.by_id["tank.denied"], self.clock.wall - age, data)], self.clock.wall)
        self.snapshot.put(batch)
        self.say(self.engine.detect(batch))
        self.oracle.say(data, self.clock.mono - age, self.clock.mono)
        self.oracle.judge(self.clock.mono)
        self.settle()

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.settle()

    def step_wall_clock(self, seconds: float) -> None:
        self.clock.step(seconds)
        self.settle()

    def lose(self, *, lost: bool, unit: str) -> None:
        """A unit came or went, or (empty) the line."""
        self.say(self.engine.tell_lost("line-1", unit, lost=lost))
        self.oracle.memory.lost[LOST[unit]] = lost
        self.settle()

    def out_of_service(self, name: str, *, on: bool) -> None:
        until = self.clock.wall + 10_000_000 * NS if on else None
        self.say(self.engine.set_out_of_service(self.engine.find("tank", name), until))
        named = {i for i in self.oracle.alarms if i.endswith(f".{name}")}
        self.oracle.out = self.oracle.out | named if on else self.oracle.out - named
        self.settle()

    def reset(self, which: int) -> None:
        alarms = [a for a in self.oracle.alarms.values() if a.latching]
        alarm = alarms[which % len(alarms)]
        row = next(i for i, r in enumerate(self.engine.rows) if r.id == alarm.id)
        out = self.engine.reset(row)
        assert (out is not None) == (alarm.latched and alarm.since is None)
        if out is not None:
            self.say(out)
            alarm.latched = False
        self.settle()

    def restart(self) -> None:
        self.begin()
        self.oracle.restart(self.clock.mono)
        self.settle()

    def new_settings(self, *, changed: bool) -> None:
        before = self.engine
        self.oracle.settle(changed=changed, now=self.clock.mono)
        self.engine = Engine(self._compiled(), self.snapshot, before._clock)
        self.say(self.engine.carry(before))
        self.settle()

    def agree(self) -> None:
        """What the receiver believes, what the oracle says and what the disk keeps are one."""
        shown = self.oracle.shown()
        told = {k: str(v) for k, v in self.cloud.live.items()}
        assert told == shown, f"told, not so: {told.items() - shown.items()}; not told: {shown.items() - told.items()}"

    def kept(self) -> None:
        """What the disk keeps is what was told."""
        assert {a.id: str(a.told) for a in read_kept(self.disk).alarms} == self.cloud.live
