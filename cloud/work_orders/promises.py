"""The promises of an order as it stands: its clocks, when the next one is due, and the timers for that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from cloud.service_levels.clocks import ClockFace, clocks
from cloud.service_levels.facts import Step, rounds
from cloud.service_levels.store import ServiceLevel
from cloud.timers.store import Timer, cancel_timers, set_timers
from cloud.work_orders.row import OrderRow
from facility.alarm import OrderClass
from facility.work_order import Side

PROMISE: Final = "order.promise"
HOLD: Final = "order.hold"


def faces(row: OrderRow, steps: Sequence[Step], level: ServiceLevel, now: int) -> tuple[ClockFace, ...]:
    """The clocks of its newest round."""
    found = rounds(OrderClass(row.order_class), Side(row.side), steps, row.fault)
    return clocks(found[-1], level.profile, level.calendars, now) if found else ()


def timers_of(row: OrderRow, found: Sequence[ClockFace], level: ServiceLevel, now: int) -> list[Timer]:
    """What time will do to it; `due_at` is set to when the next promise breaks."""
    dues = [face.due_at for face in found if face.due_at is not None and face.verdict != "broken"]
    row.due_at = min(dues, default=None)
    risks = [face.risk_at for face in found if face.verdict == "running" and face.risk_at is not None]
    moments = [*(risk for risk in risks if risk > now), *(due + 1 for due in dues)]
    timers = [Timer(PROMISE, row.id, min(moments))] if moments else []
    if row.claimed_at is not None and row.device_normal_at is not None:
        timers.append(Timer(HOLD, row.id, row.device_normal_at + level.hold))
    return timers


def arm(connection: Connection, row: OrderRow, timers: Sequence[Timer]) -> None:
    """Set its timers, and cancel what is not needed any more."""
    kinds = {timer.kind for timer in timers}
    cancel_timers(connection, [(kind, row.id) for kind in (PROMISE, HOLD) if kind not in kinds])
    set_timers(connection, timers)
