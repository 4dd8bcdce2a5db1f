"""The fire water set: pump, basement and roof tank, pressure at the worst point; it waits for a fire."""

from __future__ import annotations

from facility.site import Effect
from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import kind


class Behaviour(EquipmentBehaviour):
    """Stands in auto; runs when the panel's linkage starts it."""

    FAULTS = (
        kind("not_in_auto", "消防泵转为手动", "The fire pump is switched to manual"),
        kind("power_lost", "控制柜失电", "The control cabinet loses its supply"),
        kind("tank_low", "消防水池水位低", "The fire tank is low"),
        kind("roof_tank_low", "高位水箱水位低", "The roof tank is low"),
        kind("pressure_low", "最不利点压力低", "Pressure at the worst point is low"),
        kind("ran_without_fire", "无火警误启动", "Runs although there is no fire"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._called = False
        self.tank = 3.4
        self.roof = 1.8
        self.pressure = 0.18

    def answered(self, effect: Effect) -> None:
        del effect
        self._called = True

    def released(self, effect: Effect) -> None:
        del effect
        self._called = False

    def step(self, seconds: float) -> None:
        faults = self.faults
        powered = self.premises.power.mains and "power_lost" not in faults
        auto = "not_in_auto" not in faults
        running = powered and (("ran_without_fire" in faults) or (self._called and auto))
        self._follow("tank", 1.9 if "tank_low" in faults else 3.4, seconds, 15.0)
        self._follow("roof", 0.8 if "roof_tank_low" in faults else 1.8, seconds, 15.0)
        goal = 0.04 if "pressure_low" in faults else 0.1 * (self.roof - 1.8) + (0.42 if running else 0.18)
        self._follow("pressure", goal, seconds, 6.0)
        self.premises.power.report(self.id, 41.0 if running else 0.15 * powered)
        self._show(powered=powered, auto=auto, running=running)

    def _follow(self, name: str, goal: float, seconds: float, lag: float) -> None:
        value = getattr(self, name)
        setattr(self, name, value + (goal - value) * min(1.0, seconds / lag))

    def _show(self, *, powered: bool, auto: bool, running: bool) -> None:
        points = self.points
        points.flag("mode", auto, ("manual", "auto"))
        points.flag("supply_power", powered, ("lost", "normal"))
        points.flag("running", running, ("stopped", "running"))
        points.state("fault", "normal")
        points.put_all(
            tank_level=self.tank + self.noise.normal(0.002),
            roof_tank_level=self.roof + self.noise.normal(0.002),
            worst_point_pressure=self.pressure + self.noise.normal(0.0006),
        )
        points.flag("flow_switch", running and self._called, ("normal", "operated"))
        points.flag("pressure_switch", self.pressure < 0.08, ("normal", "operated"))
