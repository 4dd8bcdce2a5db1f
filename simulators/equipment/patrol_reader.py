"""A patrol reader: a battery, and the guards' tags that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from facility.batch import Scalar
from facility.clock import NS
from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import ActiveFault, kind, parameter, require_duration
from simulators.rounds import Read

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
        kind(
            "passes_by", "巡更员经过打卡", "A guard comes by and reads, outside his round",
            parameter("guard", "巡更员", "the guard", "guard-1"),
            momentary=True,
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.battery = self.noise.uniform(62.0, 99.0)
        self._seen = 0
        tags = (c.tag for r in self.premises.inventory.routes for c in r.checkpoints if c.reader == self.id)
        self._tag = next((t for t in tags if t), self.id)

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        if fault == "clock_shifted":
            require_duration("by", arguments["by"])

    def happen(self, fault: ActiveFault) -> None:
        self._read(Read(self.id, self._tag, fault.arguments["guard"], self.now))

    def step(self, seconds: float) -> None:
        self.battery = max(24.0, self.battery - _PER_DAY * seconds / 86_400.0)
        reads = self.premises.rounds.reads(self.id)
        for read in reads:
            if "missed" in self.faults:
                continue
            self._read(read)
        self._seen = max(self._seen, self.now // (_HEARTBEAT * NS) * _HEARTBEAT * NS)
        self.points.put("battery", 12.0 if "battery_low" in self.faults else round(self.battery))
        self.points.put("last_seen", float(self._seen // NS))

    def _read(self, read: Read) -> None:
        shift = self.faults.get("clock_shifted")
        clock = read.at + (round(shift.duration("by") * NS) if shift else 0)
        data: dict[str, Scalar] = {"tag": read.tag, "guard": read.guard, "reader_clock": clock, "late_upload": False}
        self.note("read", read.at, data)
        self._seen = read.at
