"""A water meter: the incoming main, or the gardens' branch of it."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.behaviour import Context, EquipmentBehaviour, Stage
from simulators.faults import kind, parameter, require_number


class Behaviour(EquipmentBehaviour):
    """A meter for `gardens` shows the gardens; any other the whole that comes from the street."""

    STAGE = Stage.METER
    FAULTS = (
        kind(
            "leak", "表后漏水", "A leak behind the meter", parameter("flow", "漏水量 m3/h", "lost water, m3/h", "1.5")
        ),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        meters = {m.equipment: m for m in self.premises.inventory.meters}
        self._gardens = self.id in meters and meters[self.id].use == "gardens"
        self.volume = self.begins("volume", self.noise.uniform(3_000.0, 40_000.0))
        self.flow = 0.0

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        if fault == "leak":
            require_number("flow", arguments["flow"], 0.01, 100.0)

    def step(self, seconds: float) -> None:
        water = self.premises.water
        leak = self.faults.get("leak")
        true = water.gardens if self._gardens else water.incoming
        self.flow = true + (leak.number("flow") if leak else 0.0)
        self.volume += self.flow * seconds / 3600.0
        self.points.put_all(flow=self.flow, volume=self.volume)
