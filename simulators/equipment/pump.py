"""A supply pump behind a frequency converter: the motor's half; its wet half is in simulators.water."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import kind, parameter, require_duration, require_number
from simulators.sky import Wander
from simulators.water import KPA_PER_METRE

MOTOR_EFFICIENCY: Final = 0.87
"""Motor and converter together."""
_BEST: Final = 0.66
"""Hydraulic efficiency at the rated point."""
_KW_PER_AMPERE: Final = 1.732 * 0.4 * 0.86
"""Three phases, 400 V, power factor 0.86."""


def shaft_power(flow: float, head: float, speed: float, flow_rated: float) -> float:
    """KW at the shaft: ρ·g·Q·H/η with η = η₀·(2x - x²), x = Q/(s·Q₀); its limit at no flow is half the rated one's."""
    if speed <= 0.0:
        return 0.0
    x = min(1.6, flow / (speed * flow_rated))
    return KPA_PER_METRE * head * speed * flow_rated / 3600.0 / (_BEST * (2.0 - x))


class Behaviour(EquipmentBehaviour):
    """Shows one pump; tells the water supply what ails it."""

    FAULTS = (
        kind("dry_run", "干转: 进水中断, 泵空转", "Runs dry: no water at the suction"),
        kind("trip", "跳闸: 电机保护动作", "Trips: motor protection acts"),
        kind(
            "bearing_wear", "轴承磨损: 振动和温度升高", "Worn bearing: vibration and temperature rise",
            parameter("over", "发展到最严重所需时间", "time to its worst, such as 60s", "60s"),
        ),
        kind("short_cycling", "频繁启停(约 8 分钟后报警)", "Short cycling: starts every 30 s (told after about 8 min)"),
        kind(
            "leak", "出水侧管网漏水", "A leak in the zone behind the pump",
            parameter("flow", "漏水量 m3/h", "lost water, m3/h", "6"),
        ),
        kind("not_in_auto", "转为手动停泵", "Switched to manual, stopped"),
        kind("overload", "过电流: 叶轮卡阻", "Over-current: the impeller drags"),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.unit = self.premises.pumps[self.id]
        rated = self.rated("power", 4.0)
        self._rated_current = self.rated("current", rated * 2.0)
        self._wear = 0.0
        self._rest = Wander(self.noise, 0.12, 90.0)
        self.temperature = 32.0
        self.run_time = self.begins("run_time", self.noise.uniform(2_000.0, 9_000.0))
        self.energy = self.begins("energy", self.run_time * rated * self.noise.uniform(0.35, 0.5))
        self.starts = self.begins("starts", self.noise.whole(4_000, 20_000))
        self.power = 0.0
        self._ran = True

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        if fault == "leak":
            require_number("flow", arguments["flow"], 0.1, 50.0)
        if fault == "bearing_wear":
            require_duration("over", arguments["over"])

    def prepare(self) -> None:
        """Say what ails it before the water moves."""
        unit, faults = self.unit, self.faults
        unit.ready = self.premises.power.mains and "trip" not in faults and "not_in_auto" not in faults
        unit.dry = "dry_run" in faults and unit.ready
        unit.cycling = "short_cycling" in faults
        unit.leak = leak.number("flow") if (leak := faults.get("leak")) else 0.0
        unit.forced = unit.ready and ("bearing_wear" in faults or "overload" in faults)

    def step(self, seconds: float) -> None:
        unit = self.unit
        self._electric(seconds)
        if unit.running and not self._ran:
            self.starts += 1.0
        elif unit.cycling and seconds >= 30.0:
            self.starts += seconds // 30.0
        self._ran = unit.running
        self._mechanical(seconds)
        self._show()
        self.premises.power.report(self.id, self.power)

    def _electric(self, seconds: float) -> None:
        unit = self.unit
        power = 0.0
        if unit.running:
            power = shaft_power(unit.flow, unit.head, unit.speed, unit.flow_rated) / MOTOR_EFFICIENCY + 0.06
            power *= 1.0 + 0.06 * self._wear + 0.012 * self._rest.step(seconds)
            if "overload" in self.faults:
                power = max(power, 1.25 * self._rated_current * _KW_PER_AMPERE)
            self.run_time += seconds / 3600.0
        self.power = power
        self.energy += power * seconds / 3600.0

    def _mechanical(self, seconds: float) -> None:
        wear = self.faults.get("bearing_wear")
        step = seconds / max(1.0, wear.duration("over")) if wear else 1.0
        self._wear = min(1.0, self._wear + step) if wear else 0.0
        load = self.power / self.rated("power", 4.0)
        goal = 26.0 + (18.0 + 26.0 * min(1.6, load) if self.unit.running else 0.0)
        goal += (22.0 * self._wear + 46.0 * self.unit.dry + 30.0 * (load > 1.3)) if self.unit.running else 0.0
        self.temperature += (goal - self.temperature) * min(1.0, seconds / (240.0 if self.unit.running else 1500.0))

    def _show(self) -> None:
        unit, points = self.unit, self.points
        mega = KPA_PER_METRE / 1000.0
        points.flag("running", unit.running, ("stopped", "running"))
        points.flag("fault", "trip" in self.faults, ("normal", "fault"))
        points.flag("mode", "not_in_auto" not in self.faults, ("manual", "auto"))
        vibration = 0.0
        if unit.running:
            vibration = 1.1 + 0.9 * unit.speed**2 + 6.8 * self._wear + (2.2 if unit.dry else 0.0)
            vibration = max(0.2, vibration + self.noise.normal(0.06))
        points.put_all(
            speed=50.0 * unit.speed,
            discharge_pressure=unit.discharge * mega + self.noise.normal(0.0008),
            suction_pressure=unit.suction * mega + self.noise.normal(0.0002),
            flow=max(0.0, unit.flow * (1.0 + self.noise.normal(0.004))),
            power=self.power,
            energy=self.energy,
            current=self.power / _KW_PER_AMPERE,
            motor_temperature=self.temperature + self.noise.normal(0.08),
            vibration=vibration,
            run_time=self.run_time,
            starts=self.starts,
        )
