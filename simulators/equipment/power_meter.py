"""A three-phase energy meter: one node of the power net, read with a meter's small error."""

from __future__ import annotations

from typing import Final

from facility.clock import NS
from simulators import profiles
from simulators.behaviour import Context, EquipmentBehaviour, Stage
from simulators.faults import kind
from simulators.sky import Wander

_PHASES: Final = (0.345, 0.328, 0.327)
_BLOCK: Final = 900 * NS
"""Demand is the mean of a quarter of an hour."""


class Behaviour(EquipmentBehaviour):
    """Shows its node; a meter that is in no tree measures an office floor of its own."""

    STAGE = Stage.METER
    FAULTS = (
        kind("voltage_low", "电压过低", "The voltage is low"),
        kind("voltage_high", "电压过高", "The voltage is high"),
        kind("demand_high", "需量超合同", "Demand above the contract"),
        kind("power_factor_low", "功率因数过低(15 分钟后报警)", "The power factor is low (told after 15 min)"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._node = self.premises.power.nodes.get(self.id)
        self._gain = 1.0 + self.noise.normal(0.0015)
        self._sag = Wander(self.noise, 1.1, 240.0)
        self._hertz = Wander(self.noise, 0.012, 30.0)
        self.power = 0.0
        self.energy = self.begins("energy_import", self.noise.uniform(20_000.0, 90_000.0))
        self._export = self.begins("energy_export", 0.0)
        self.demand = float("nan")
        self._block = 0
        self._in_block = 0.0
        self._block_seconds = 0.0

    @property
    def node_power(self) -> float:
        """KW that really flow."""
        net = self.premises.power
        if self._node is not None:
            return self._node.power
        calendar = self.premises.calendar
        return 5.0 * profiles.at(profiles.OFFICE[calendar.kind], calendar.hour) if net.mains else 0.0

    def step(self, seconds: float) -> None:
        true = self.node_power
        if "demand_high" in self.faults:
            true = max(true, 1.15 * self.rated("demand", 100.0))
        self.power = true * self._gain
        self.energy += self.power * seconds / 3600.0
        self._measure_demand(seconds)
        self._show()

    def _measure_demand(self, seconds: float) -> None:
        block = self.now // _BLOCK
        if block != self._block and self._block_seconds > 0.0:
            self.demand = self._in_block / self._block_seconds
            self._in_block = self._block_seconds = 0.0
        self._block = block
        self._in_block += self.power * seconds
        self._block_seconds += seconds
        if self.demand != self.demand:
            self.demand = self.power

    def _show(self) -> None:
        faults, live = self.faults, self.premises.power.mains
        factor = self._node.power_factor if self._node is not None else 0.93
        factor = 0.78 if "power_factor_low" in faults else factor
        base = 188.0 if "voltage_low" in faults else 241.0 if "voltage_high" in faults else 229.0
        values = {
            "active_power": self.power,
            "energy_import": self.energy,
            "energy_export": self._export,
            "power_factor": factor,
            "frequency": 50.0 + self._hertz.step(1.0) if live else 0.0,
            "demand": max(self.demand, self.power) if "demand_high" in faults else self.demand,
        }
        volts = base + self._sag.value
        self._sag.step(1.0)
        for phase, share in enumerate(_PHASES, 1):
            v = volts + 0.6 * phase - 1.2 if live else 0.0
            values[f"voltage_l{phase}"] = v
            values[f"current_l{phase}"] = self.power * share * 1000.0 / (v * max(0.3, factor)) if live else 0.0
        self.points.put_all(**values)
