"""A little house with two fire zones, its linkage and its detection, on a clock and a disk that a test moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.alarms.memory import read_kept
from edge.linkage.linkage import Linkage
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import Rule
from facility.clock import NS, ManualClock
from facility.equipment_type import System
from facility.event import Draft, Lane
from facility.instruction import AlarmConfirmed, Drill
from facility.inventory import Inventory
from facility.linkage import EffectKind
from facility.places import FlatPlace
from facility.point import Kind, State
from facility.quality import Quality, Reason
from facility.site import Effect, Instance
from facility.site import Linkage as Written
from facility.words import Text
from tests.edge import building as b

FIRE = b.point(
    "fire",
    Kind.STATE,
    per="address",
    states=(State(value=0, code="normal", zh="正常", en="Normal"), State(value=1, code="fire", zh="火警", en="Fire")),
)
LIFE = {"class": "life_safety", "priority": 1, "latching": True}
RULES: tuple[Rule, ...] = (
    b.rule("fire", {"kind": "is", "point": "fire", "states": ["fire"]}, per="address", **LIFE),
    b.rule(
        "fire_confirmed",
        {"kind": "count", "point": "fire", "times": 2, "window": "24h", "states": ["fire"], "where": {"zone": "same"}},
        **LIFE,
    ),
)
ADDRESSES = {"a1": ("z1", "smoke"), "a2": ("z1", "smoke"), "m1": ("z1", "manual_call_point"), "b1": ("z2", "heat")}
WITHIN = {"door": 3.0, "gate": 5.0, "pump": 4.0}
EFFECTS = {"z1": ("door", "gate", "pump"), "z2": ("pump",)}


def inventory() -> Inventory:
    panel = b.equipment("panel", [FIRE], RULES, instances=tuple(ADDRESSES), type_="fire_alarm_panel")
    instances = tuple(
        Instance(
            id=id_,
            zh=id_,
            en=id_,
            kind=kind,
            place="there" if zone == "z2" else None,
            zone=zone if zone == "z1" else None,
        )
        for id_, (zone, kind) in ADDRESSES.items()
    )
    panel = panel.model_copy(update={"system": System.FIRE, "instances": instances})
    effects = [b.equipment(name, [b.point("on", Kind.STATE)], unit=i) for i, name in enumerate(WITHIN, 2)]
    place = FlatPlace(id="there", parent=None, zh="那里", en="There", zone="z2")
    linkage = tuple(Written(zone=zone, effects=tuple(effect(n) for n in names)) for zone, names in EFFECTS.items())
    return b.inventory(panel, *effects).model_copy(update={"places": (place,), "linkage": linkage})


def effect(name: str) -> Effect:
    kind = {"door": EffectKind.DOORS_RELEASED, "gate": EffectKind.COURTYARD_GATE_OPEN, "pump": EffectKind.FIRE_PUMP}
    return Effect(
        id=name, kind=kind[name], name=Text(zh=name, en=name), point=f"{name}.on", state="on", within=WITHIN[name]
    )


class House:
    """`say` values, `wait`, `restart`; `drafts` is all that was told, `disk` what the spool would keep."""

    def __init__(self) -> None:
        self.inventory = inventory()
        self.table = point_table(self.inventory)
        self.clock = ManualClock()
        self.drafts: list[Draft] = []
        self.disk: dict[str, bytes] = {}
        self.restart()

    def restart(self) -> None:
        """The process is killed and started: only the disk is left."""
        self.steady = SteadyClock(self.clock)
        self.snapshot = Snapshot(self.table, self.steady)
        self.engine = Engine(compile_rules(self.inventory, self.table), self.snapshot, self.steady)
        self.linkage = Linkage(self.inventory, self.snapshot, self.steady)
        self._take(self.engine.restore(read_kept(self.disk)))
        self._take(self.linkage.restore(self.disk, self.engine))

    def say(self, *said: tuple[str, float | None], retained: bool = False) -> None:
        """(point, value) each, in one batch; None: bad."""
        batch = b.samples(self.clock.wall, *((self.table.by_id[point], value) for point, value in said))
        if retained:
            n = len(said)
            batch = replace(
                batch,
                quality=np.full(n, Quality.UNCERTAIN, np.uint8),
                reason=np.full(n, Reason.RETAINED, np.uint8),
            )
        self.snapshot.put(batch)
        self._take(self.engine.detect(batch))
        self._take(self.linkage.see(batch, self.engine))

    def wait(self, seconds: float, step: float = 0.25) -> None:
        """Let time pass, with a tick each step."""
        for _ in range(round(seconds / step)):
            self.clock.advance(step)
            self._take(self.engine.tick())
            self._take(self.linkage.tick(self.engine))

    def confirm(self, instance: str, outcome: str = "real", rule: str = "fire") -> str | None:
        """`alarm.confirmed`; why it was refused."""
        rows = [self.engine.rows[i] for i in self.engine.find("panel", rule, instance)]
        asked = AlarmConfirmed.model_validate({"rule": rule, "outcome": outcome})
        return self._answer(self.linkage.confirmed(rows, asked, self.engine))

    def drill(self, zone: str, *, on: bool, at_once: bool = False) -> str | None:
        """`drill`; why it was refused."""
        return self._answer(self.linkage.drill(Drill(zone=zone, on=on, at_once=at_once), self.engine))

    def told(self, prefix: str = "linkage.") -> list[str]:
        """What was told, in short."""
        return [short(d, self.start) for d in self.drafts if d.data.type.startswith(prefix)]

    @property
    def start(self) -> int:
        """The clock's first moment."""
        return ManualClock().wall

    @property
    def alarms(self) -> dict[str, str]:
        """Live alarms of missing effects and how they read."""
        rows = self.engine.rows
        return {
            rows[i].equipment: str(a.told) for i, a in self.engine.live.items() if rows[i].rule == "linkage_missing"
        }

    def _answer(self, found: Outcome | str) -> str | None:
        if isinstance(found, str):
            return found
        self._take(found)
        return None

    def _take(self, out: Outcome) -> None:
        assert all(d.lane is Lane.LIFE for d in out.drafts if d.data.type.startswith("linkage."))
        self.drafts += out.drafts
        self.disk |= out.state


def short(draft: Draft, start: int) -> str:
    """`3.0 seen z1 door 1.5 drill`: when, what, of which zone, and what matters."""
    data = draft.data.model_dump()
    words = [f"{(draft.at - start) / NS:g}", data.pop("type").removeprefix("linkage."), data.pop("zone")]
    words.append(f"since={(data.pop('opened') - start) / NS:g}")
    data.pop("effects", None)
    for name, value in data.items():
        if value is True:
            words.append(name)
        elif value is not None and value is not False and value != {}:
            words.append(f"{name}={value}")
    return " ".join(words)
