"""A supply is cut: nine devices on one UPS fall over in any order of batches; who is told what, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import Detection
from facility.clock import ManualClock
from facility.event import AlarmRaised, AlarmUpdated
from facility.inventory import Inventory
from facility.point import Kind
from tests.edge import building as b

DEVICES: Final = 9
POINTS: Final = 28
RAW: Final = 1 + DEVICES * POINTS + DEVICES + 5
"""The UPS; each device's points; its silence; the five that stop answering at all: 267."""
SILENT: Final = 5
CAUSE: Final = "ups.mains_lost"
FIRE: Final = "panel.a1.fire"
LIFE: Final[dict[str, Any]] = {"class": "life_safety", "priority": 1, "latching": True, "per": "address"}


def estate() -> Inventory:
    """A UPS, nine devices behind it on a line of their own, and a fire panel that only shares the building."""
    points = [b.point(f"p{i}") for i in range(POINTS)]
    low = [b.rule(f"low{i}", {"kind": "low", "point": f"p{i}", "limit": 10}) for i in range(POINTS)]
    quiet = b.rule("quiet", {"kind": "no_data", "over": "20s"}, **{"class": "communication"})
    devices = [
        b.equipment(f"d{i}", points, [*low, quiet], line=f"line-{i}", unit=1).model_copy(update={"fed_by": ("ups",)})
        for i in range(DEVICES)
    ]
    ups = b.equipment(
        "ups", [b.point("mains", Kind.STATE)],
        [b.rule("mains_lost", {"kind": "is", "point": "mains", "states": ["off"]}, cuts_supply=True, priority=2)],
        line="power",
    )  # fmt: skip
    fire = b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, **LIFE)
    panel = b.equipment("panel", [b.point("fire", Kind.STATE, per="address")], [fire], line="fire", instances=["a1"])
    return b.inventory(ups, *devices, panel.model_copy(update={"fed_by": ("ups",)}))


@dataclass
class Told:
    """What a receiver announces: alarms told as active, in order; and all that were raised in any way."""

    announced: list[str] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)
    causes: set[str] = field(default_factory=set)

    def take(self, out: Outcome) -> None:
        for draft in out.drafts:
            data = draft.data
            assert isinstance(data, AlarmRaised | AlarmUpdated)
            name = ".".join(p for p in (draft.equipment, draft.instance, data.rule) if p)
            self.raised.add(name)
            if data.detection is Detection.ACTIVE:
                self.announced.append(name)
            elif data.cause:
                self.causes.add(data.cause)


def flooded(seed: int) -> Told:
    """One power failure of 40 s: within its first second everything falls, in an order of its own."""
    chance, inventory, told = Random(seed), estate(), Told()
    clock, table = ManualClock(), point_table(inventory)
    steady = SteadyClock(clock)
    snapshot = Snapshot(table, steady)
    engine = Engine(compile_rules(inventory, table), snapshot, steady)

    def hear(*given: tuple[str, float]) -> None:
        batch = b.samples(clock.wall, *((table.by_id[name], value) for name, value in given))
        snapshot.put(batch)
        told.take(engine.detect(batch))

    for i in range(DEVICES):
        hear(*((f"d{i}.p{k}", 50.0) for k in range(POINTS)))
    hear(("ups.mains", 1.0), ("panel.a1.fire", 0.0))
    told.take(engine.tick())
    fall: list[list[tuple[str, float]]] = [[("ups.mains", 0.0)], [("panel.a1.fire", 1.0)]]
    fall += [[(f"d{i}.p{k}", 0.0) for k in range(part, POINTS, 4)] for i in range(DEVICES) for part in range(4)]
    chance.shuffle(fall)
    for one in fall:
        clock.advance(0.9 / len(fall))
        hear(*one)
    lost = chance.sample(range(DEVICES), SILENT)
    for step in range(160):
        clock.advance(0.25)
        told.take(engine.tick())
        if step == 2:
            for i in lost:
                told.take(engine.tell_lost(f"line-{i}", "1", lost=True))
    return told
