"""One order as a person looks at it: steps, clocks with their rule, costs and evidence."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, RowMapping

from cloud.service_levels.clocks import ClockFace
from cloud.service_levels.store import service_level
from cloud.work_orders.call_backs import call_back_of
from cloud.work_orders.checks import checks
from cloud.work_orders.history import steps_of
from cloud.work_orders.promises import faces
from cloud.work_orders.reporting import costs
from cloud.work_orders.row import OrderRow
from cloud.work_orders.schemas import (
    Check,
    CostLine,
    Evidence,
    OrderClock,
    OrderStep,
    SignedFor,
    WorkOrderDetail,
    order_fields,
)
from cloud.work_orders.signatures import signatures
from cloud.work_orders.store import evidence, order_by_id
from facility.clock import NS
from facility.words import Text
from facility.work_order import ClockName

RULE: Final = {
    ClockName.RESPOND: Text(
        zh="自报修起,至接单止;仅在写明原因的暂停期间停走",
        en="From the report to the acceptance; stands still only in a pause with a stated reason",
    ),
    ClockName.ARRIVE: Text(
        zh="自报修起,至到场止;仅在写明原因的暂停期间停走",
        en="From the report to the arrival; stands still only in a pause with a stated reason",
    ),
    ClockName.RESTORE: Text(
        zh="自报修起,至修复止(设备首次恢复正常的时刻);仅在写明原因的暂停期间停走",
        en="From the report to the repair (the device's first normal moment); stands still only in a stated pause",
    ),
    ClockName.CALL_BACK: Text(zh="自修复起,至回访止", en="From the repair to the call-back"),
}


def detail(connection: Connection, id: str, now: int) -> WorkOrderDetail | None:
    """All of it, None where there is no such order."""
    row = order_by_id(connection, id)
    if row is None:
        return None
    steps, level = steps_of(connection, id), service_level(connection, row["site"])
    found = faces(OrderRow(**dict(row)), steps, level, now)
    return WorkOrderDetail.model_validate(
        {
            **order_fields(row),
            "customer": row["customer"],
            "contact": row["contact"],
            "profile": level.profile.id,
            "evidence": tuple(Evidence.model_validate(dict(line)) for line in evidence(connection, id)),
            "steps": tuple(OrderStep(**{name: getattr(s, name) for name in OrderStep.model_fields}) for s in steps),
            "clocks": tuple(clock_of(face) for face in found),
            "costs": tuple(CostLine.model_validate(dict(line)) for line in costs(connection, id)),
            "checks": tuple(_check(line) for line in checks(connection, id)),
            "signatures": tuple(_signature(line) for line in signatures(connection, id)),
            "call_back": call_back_of(connection, row, level.call_back_share),
        }
    )


def _check(line: RowMapping) -> Check:
    told = {name: value for name, value in line.items() if name in Check.model_fields}
    return Check(**told, name=Text(zh=line["zh"], en=line["en"]))


def _signature(line: RowMapping) -> SignedFor:
    told = {name: line[name] for name in ("name", "width", "height", "at", "by")}
    return SignedFor(**told, strokes=orjson.loads(line["strokes"]))


def clock_of(face: ClockFace) -> OrderClock:
    """One clock on the wire."""
    promise = face.promise
    return OrderClock(
        clock=face.name,
        promise=promise.id if promise is not None else None,
        name=promise.name if promise is not None else None,
        rule=RULE[face.name],
        source=promise.source if promise is not None else "",
        started_at=face.started_at,
        stopped_at=face.stopped_at,
        elapsed=face.elapsed / NS,
        allowed=face.allowed / NS if face.allowed is not None else None,
        due_at=face.due_at,
        verdict=face.verdict,
    )
