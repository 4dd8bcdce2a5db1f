"""A sump with two submersible pumps that take turns by float switch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import kind, parameter, require_number

_AREA: Final = 4.0
"""m2."""
_START, _BOTH, _STOP, _HIGH = 1.0, 1.15, 0.35, 1.5
"""m: one pump starts, both run, both stop, the high-level float."""
_CAPACITY: Final = 25.0
"""m3/h of one pump."""
_DEPTH: Final = 2.4


class Behaviour(EquipmentBehaviour):
    """Seepage and washing water in, the pumps' water out."""

    FAULTS = (
        kind(
            "flood", "大量进水", "Flood: far more water in than the pumps can take",
            parameter("flow", "进水量 m3/h", "inflow, m3/h", "180"),
        ),
        kind("trip", "水泵跳闸", "A pump trips", parameter("pump", "水泵", "pump", "1", choices=("1", "2"), key=True)),
        kind("clogged", "水泵运行但液位不降(5 分钟后报警)", "Pumps run, the level does not fall (told after 5 min)"),
        kind("float_stuck", "高液位浮球卡住", "The high-level float sticks at high"),
        kind("not_in_auto", "转为手动停泵", "Switched to manual, stopped"),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.level = self.noise.uniform(0.4, 0.9)
        self.running = [False, False]
        self._lead = 0
        self._pumping = False
        self._seep = self.noise.uniform(0.5, 0.9)
        self._depth = self.rated("depth", _DEPTH)
        self.run_time = [self.begins(f"pump_{i}_run_time", self.noise.uniform(300.0, 1500.0)) for i in (1, 2)]
        self.starts = [self.begins(f"pump_{i}_starts", self.noise.whole(2_000, 9_000)) for i in (1, 2)]

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        if fault == "flood":
            require_number("flow", arguments["flow"], 1.0, 2_000.0)

    def step(self, seconds: float) -> None:
        inflow = self._inflow()
        self._control()
        out = 0.0 if "clogged" in self.faults else _CAPACITY * sum(self.running)
        bottom = _STOP - 0.05 if out else 0.0
        self.level += (inflow - out) / 3600.0 * seconds / _AREA
        self.level = min(self._depth, max(bottom, self.level))
        for i in (0, 1):
            self.run_time[i] += seconds / 3600.0 * self.running[i]
        self.premises.power.report(self.id, self.rated("power", 2.2) * 0.82 * sum(self.running))
        self._show()

    def _inflow(self) -> float:
        flood = self.faults.get("flood")
        hour = self.premises.calendar.hour
        washing = 1.2 if 6.0 <= hour < 7.5 else 0.0
        return self._seep + washing + (flood.number("flow") if flood else 0.0)

    def _control(self) -> None:
        starts = self.level >= _START or ("clogged" in self.faults and self.level > _STOP)
        if starts and not self._pumping:
            self._pumping = True
            self._lead = 1 - self._lead
        elif self.level <= _STOP:
            self._pumping = False
        able = [i for i in (self._lead, 1 - self._lead) if not self._tripped(i)]
        if not self.premises.power.mains or "not_in_auto" in self.faults:
            able = []
        wanted = (able if self.level >= _BOTH else able[:1]) if self._pumping else []
        for i in (0, 1):
            on = i in wanted or (self.running[i] and i in able and self._pumping)
            self.starts[i] += on and not self.running[i]
            self.running[i] = on

    def _tripped(self, pump: int) -> bool:
        return any(f.arguments["pump"] == str(pump + 1) for f in self.faults.all("trip"))

    def _show(self) -> None:
        points = self.points
        high = self.level >= _HIGH or "float_stuck" in self.faults
        points.put("level", max(0.0, self.level + self.noise.normal(0.003)))
        points.flag("high_level", high, ("normal", "high"))
        points.flag("mode", "not_in_auto" not in self.faults, ("manual", "auto"))
        for i in (0, 1):
            name = f"pump_{i + 1}"
            points.flag(f"{name}_running", self.running[i], ("stopped", "running"))
            points.flag(f"{name}_fault", self._tripped(i), ("normal", "fault"))
            points.put(f"{name}_run_time", self.run_time[i])
            points.put(f"{name}_starts", self.starts[i])
