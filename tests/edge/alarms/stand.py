"""One equipment with a few rules on a clock that a test moves, and what its alarms read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.alarms.memory import read_kept
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import Rule
from facility.batch import Note, Scalar, noted
from facility.clock import NS, ManualClock
from facility.event import Draft
from facility.point import Kind, Point, State
from facility.site import Instance
from tests.edge import building as b

POINTS = (
    b.point("level"),
    b.point("other"),
    b.point("word"),
    b.point("run", Kind.STATE),
    b.point("starts", Kind.COUNTER),
    b.point("denied", Kind.EVENT),
    b.point("fire", Kind.STATE, per="address"),
)


def state(value: int, code: str) -> State:
    return State(value=value, code=code, zh=code, en=code)


class Stand:
    """The equipment `tank`: `hear` and `wait` return the live alarms and how they read."""

    def __init__(
        self,
        *rules: Rule,
        instances: tuple[str, ...] = (),
        zones: Mapping[str, str] | None = None,
        points: Sequence[Point] = POINTS,
        rated: Mapping[str, float] | None = None,
    ) -> None:
        named = tuple(Instance(id=i, zh=i, en=i, zone=(zones or {}).get(i)) for i in instances)
        item = b.equipment("tank", points, rules, instances=instances)
        self.inventory = b.inventory(item.model_copy(update={"rated": dict(rated or {}), "instances": named}))
        self.table = point_table(self.inventory)
        self.clock = ManualClock()
        self.steady = SteadyClock(self.clock)
        self.drafts: list[Draft] = []
        self.disk: dict[str, bytes] = {}
        self.restart()

    def restart(self) -> dict[str, str]:
        self.snapshot = Snapshot(self.table, self.steady)
        self.engine = Engine(compile_rules(self.inventory, self.table), self.snapshot, self.steady)
        return self._said(self.engine.restore(read_kept(self.disk)))

    def new_settings(self, *rules: Rule) -> dict[str, str]:
        """The same points with these rules, without a restart."""
        item = self.inventory.equipment[0].model_copy(update={"rules": rules})
        self.inventory = self.inventory.model_copy(update={"equipment": (item,)})
        before, self.engine = self.engine, Engine(compile_rules(self.inventory, self.table), self.snapshot, self.steady)
        return self._said(self.engine.carry(before))

    def hear(self, value: float | None, point: str = "tank.level", after: float = 1.0) -> dict[str, str]:
        self.clock.advance(after)
        batch = b.samples(self.clock.wall, (self.table.by_id[point], value))
        self.snapshot.put(batch)
        return self._said(self.engine.detect(batch))

    def message(self, data: Mapping[str, Scalar], *, late: float = 0.0, times: int = 1) -> dict[str, str]:
        """Messages of `denied`, sent `late` seconds ago."""
        note = Note(self.table.by_id["tank.denied"], self.clock.wall - round(late * NS), data)
        batch = noted([note] * times, self.clock.wall)
        self.snapshot.put(batch)
        return self._said(self.engine.detect(batch))

    def wait(self, seconds: float, step: float = 0.0) -> dict[str, str]:
        """Let time pass, at once or in steps with a tick each."""
        for _ in range(max(1, round(seconds / step)) if step else 1):
            self.clock.advance(step or seconds)
            shown = self._said(self.engine.tick())
        return shown

    def reset(self) -> dict[str, str]:
        """Reset everything that is live, by hand."""
        for row in list(self.engine.live):
            if (out := self.engine.reset(row)) is not None:
                self._said(out)
        return self.shown()

    def shown(self) -> dict[str, str]:
        return {self.engine.rows[i].id.removeprefix("tank."): str(a.told) for i, a in self.engine.live.items()}

    def _said(self, out: Outcome) -> dict[str, str]:
        self.disk |= out.state
        self.drafts += out.drafts
        return self.shown()
