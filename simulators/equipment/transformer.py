"""A transformer and its incoming breaker: what the building draws, and what it does to oil and winding."""

from __future__ import annotations

from facility.site import Effect
from simulators.behaviour import Context, EquipmentBehaviour, Stage
from simulators.faults import kind
from simulators.sky import Wander


class Behaviour(EquipmentBehaviour):
    """Carries the net's load; without it the building is dark."""

    STAGE = Stage.METER
    FAULTS = (
        kind("mains_lost", "市电失电", "The incoming supply is lost"),
        kind("breaker_trip", "进线断路器跳闸", "The incoming breaker trips"),
        kind("overload", "过载(5 分钟后报警)", "Overload: more load than nine tenths of the plate (told after 5 min)"),
        kind("hot", "绕组过热", "The winding gets hot: the fans fail"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sag = Wander(self.noise, 1.6, 300.0)
        self.temperature = 52.0
        self.power = 0.0
        self._count = sum(e.type == self.equipment.type for e in self.premises.inventory.equipment)
        self._cut = False

    def answered(self, effect: Effect) -> None:
        del effect
        self._cut = True

    def released(self, effect: Effect) -> None:
        del effect
        self._cut = False

    def step(self, seconds: float) -> None:
        net, faults = self.premises.power, self.faults
        live = "mains_lost" not in faults and "breaker_trip" not in faults
        net.mains = live
        net.cut_zones = set(self.premises.fire.zones) if self._cut else set()
        share = net.total / self._count if live else 0.0
        rated = self.rated("power", 630.0)
        if "overload" in faults and live:
            share = max(share, 0.97 * rated)
        self.power = share + (1.1 + 6.2 * (share / rated) ** 2 if live else 0.0)
        volts = 398.0 - 9.0 * share / rated + self._sag.step(seconds) if "mains_lost" not in faults else 0.0
        goal = 34.0 + 62.0 * (self.power / rated) ** 1.6 + 0.4 * self.premises.sky.temperature
        lag, goal = (40.0, 141.0) if "hot" in faults else (2400.0, goal)
        if self.temperature > 125.0 and "hot" not in faults:
            lag = 300.0
        self.temperature += (goal - self.temperature) * min(1.0, seconds / lag)
        self._show(volts, live=live)

    def _show(self, volts: float, *, live: bool) -> None:
        points = self.points
        points.state("breaker", "tripped" if "breaker_trip" in self.faults else "closed")
        points.flag("non_fire_breaker", self._cut, ("closed", "open"))
        points.put_all(
            voltage=volts,
            current=self.power * 1000.0 / (1.732 * volts * 0.94) if live else 0.0,
            power=self.power,
            temperature=self.temperature + self.noise.normal(0.1),
        )
