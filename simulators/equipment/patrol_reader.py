"""A patrol reader: a battery, and the guards' tags that it reads."""

from __future__ import annotations

from typing import Final

from facility.clock import NS
from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import kind, parameter

_HEARTBEAT: Final = 600
"""s between two signs of life."""
_PER_DAY: Final = 0.12
"""% of the battery a day."""


class Behaviour(EquipmentBehaviour):
    """Reads whoever walks by, unless he walks past."""

    FAULTS = (
        kind("battery_low", "电池电量低", "The battery is low"),
        kind("missed", "漏巡: 巡更员未打卡", "Missed: the guard walks past without reading"),
        kind(
            "clock_shifted", "读卡器时钟偏移", "The reader's clock is wrong",
            parameter("by", "偏移", "by how much, such as 10min", "10min"),
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.battery = self.noise.uniform(62.0, 99.0)
        self._seen = 0

    def step(self, seconds: float) -> None:
        self.battery = max(24.0, self.battery - _PER_DAY * seconds / 86_400.0)
        reads = self.premises.rounds.reads(self.id)
        for read in reads:
            if "missed" in self.faults:
                continue
            shift = self.faults.get("clock_shifted")
            clock = read.at + (round(shift.duration("by") * NS) if shift else 0)
            self.note(
                "read",
                read.at,
                {"tag": read.tag, "guard": read.guard, "reader_clock": clock, "late_upload": False},
            )
            self._seen = read.at
        self._seen = max(self._seen, self.now // (_HEARTBEAT * NS) * _HEARTBEAT * NS)
        self.points.put("battery", 12.0 if "battery_low" in self.faults else round(self.battery))
        self.points.put("last_seen", float(self._seen // NS))
