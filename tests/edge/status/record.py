"""A status for tests: one line, one lost unit, four lanes; a test spoils what it wants spoiled."""

from typing import Any

from edge.status import LaneStatus, LineStatus, Status, UnitStatus, with_troubles
from facility.clock import NS

NOW = 1_790_000_000 * NS


def lane(name: str, **changes: Any) -> LaneStatus:
    fields: dict[str, Any] = {"lane": name, "records": 0, "bytes": 0, "quota": 1000}
    return LaneStatus(**(fields | changes))


def status(*lanes: LaneStatus, **changes: Any) -> Status:
    given = {x.lane: x for x in lanes}
    line = LineStatus(
        line="plant-room",
        protocol="modbus",
        state="up",
        why="",
        points=3,
        units=(UnitStatus(unit="1", polls=10, missed=2, silent=False),),
        lost_units={},
    )
    fields: dict[str, Any] = {
        "site": "s", "gateway": "g", "version": "1", "inventory": "r", "settings": 1, "pid": 1,
        "started": NOW - 60 * NS, "now": NOW, "clock": "trusted", "points": 3, "qualities": {"good": 3},
        "samples": 30, "alarms": {}, "lines": (line,), "ends": {"historian": ""},
        "lanes": tuple(given.get(n, lane(n)) for n in ("life", "event", "telemetry", "dead")),
    }  # fmt: skip
    return with_troubles(Status(**(fields | changes)))
