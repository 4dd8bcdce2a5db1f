"""The simulated estate's building before the edge's linkage and detection, without a wire: polled once a second."""

from __future__ import annotations

import numpy as np

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.linkage.linkage import Linkage
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.batch import good
from facility.clock import NS, ManualClock
from facility.event import Draft
from facility.instruction import Drill
from facility.linkage import LinkageConfirmed, LinkageMissing, LinkageOpened, LinkageSeen
from facility.resolve import read_site
from facility.site import Effect
from simulators.plant import Plant
from tests.simulators.conftest import ESTATE


class Estate:
    """`run` the building and poll it; `came` is when each effect really came, in UTC ns."""

    def __init__(self, zone: str, step: float = 0.5) -> None:
        self.step = step
        self.inventory = read_site(ESTATE).inventory
        self.effects: tuple[Effect, ...] = next(x.effects for x in self.inventory.linkage if x.zone == zone)
        self.clock = ManualClock()
        self.plant = Plant(self.inventory, start=self.clock.wall)
        self.table = point_table(self.inventory)
        steady = SteadyClock(self.clock)
        self.snapshot = Snapshot(self.table, steady)
        self.engine = Engine(compile_rules(self.inventory, self.table), self.snapshot, steady)
        self.linkage = Linkage(self.inventory, self.snapshot, steady)
        self.drafts: list[Draft] = []
        self.came: dict[str, int] = {}
        of_panel = {e.id for e in self.inventory.equipment if e.type == "fire_alarm_panel"}
        polled = [i for i, o in enumerate(self.table.owners) if o.id in of_panel and self.table.sampled[i]]
        awaited = [self.table.by_id[e.point] for x in self.inventory.linkage for e in x.effects]
        self.polled = np.array(sorted({*polled, *awaited}), np.uint32)

    def run(self, seconds: float) -> None:
        """Let time pass: the building moves in small steps, and is asked at every full second."""
        for n in range(1, round(seconds / self.step) + 1):
            self.clock.advance(self.step)
            self.plant.advance(self.clock.wall)
            for effect in self.effects:
                point = self.table.by_id[effect.point]
                if self.plant.values[point] == self.table.points[point].means.state_value(effect.state):
                    self.came.setdefault(effect.id, self.clock.wall)
            if n * self.step % 1 == 0:
                self._poll()
            self._take(self.engine.tick())
            self._take(self.linkage.tick(self.engine))

    def drill(self, zone: str, *, on: bool) -> str | None:
        """Begin or end a drill; why it was refused."""
        found = self.linkage.drill(Drill(zone=zone, on=on), self.engine)
        if isinstance(found, str):
            return found
        self._take(found)
        return None

    @property
    def opened(self) -> list[LinkageOpened]:
        """Every checklist."""
        return [d.data for d in self.drafts if isinstance(d.data, LinkageOpened)]

    @property
    def confirmed(self) -> Draft:
        """The only confirmation."""
        (one,) = [d for d in self.drafts if isinstance(d.data, LinkageConfirmed)]
        return one

    def seen(self) -> dict[str, tuple[int, float | None]]:
        """Effect → (UTC ns, seconds from the confirmation) of the time that counts."""
        found = {d.data.effect: (d.at, d.data.seconds) for d in self.drafts if isinstance(d.data, LinkageSeen)}
        data = self.confirmed.data
        assert isinstance(data, LinkageConfirmed)
        return found | {id: (found[id][0], seconds) for id, seconds in data.seen.items()}

    def missing(self) -> dict[str, float]:
        """Effect → seconds from the confirmation at which it alarmed."""
        t0 = self.confirmed.at
        return {d.data.effect: (d.at - t0) / NS for d in self.drafts if isinstance(d.data, LinkageMissing)}

    def _poll(self) -> None:
        value = self.plant.values[self.polled]
        there = np.isfinite(value)
        batch = good(self.polled[there], value[there], self.clock.wall)
        self.snapshot.put(batch)
        self._take(self.engine.detect(batch))
        self._take(self.linkage.see(batch, self.engine))

    def _take(self, out: Outcome) -> None:
        self.drafts += out.drafts
