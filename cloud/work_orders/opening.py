"""Opens orders: the policy of a rule or a finding asks, one open order per (site, equipment, fault) answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from cloud.ids import new_id
from cloud.stream.store import publish
from cloud.work_orders.schemas import WorkOrder, order_fields
from cloud.work_orders.tables import ORDER_EVIDENCE, WORK_ORDER
from facility.alarm import OrderClass
from facility.words import Text
from facility.work_order import OrderState

_W = WORK_ORDER.c
_OPEN = select(_W.id, _W.device_normal_at).where(
    _W.site == bindparam("s"), _W.equipment == bindparam("e"), _W.fault == bindparam("f"), _W.open
)
_NORMAL = (
    update(WORK_ORDER)
    .where(_W.id == bindparam("order_id"))
    .values(device_normal_at=bindparam("device_normal_at"), updated_at=bindparam("updated_at"))
    .returning(WORK_ORDER)
)
_EVIDENCE = insert(ORDER_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Ask:
    """What asks for an order."""

    site: str
    equipment: str
    place: str | None
    fault: str
    order_class: OrderClass
    trade: str
    title: Text
    source: Literal["alarm", "finding"]
    kind: str
    """Of the evidence: alarm.raised, finding."""
    ref: str
    """The alarm's or event's id."""
    owner: str
    at: int
    """When it happened."""


def open_order(connection: Connection, ask: Ask, *, now: int) -> str:
    """The id of the open order of this equipment and fault: opened now, or the one that this attaches to."""
    row = connection.execute(_OPEN, {"s": ask.site, "e": ask.equipment, "f": ask.fault}).first()
    if row is None:
        id = _insert(connection, ask, now)
    else:
        id = str(row.id)
        if row.device_normal_at is not None:
            _set_normal(connection, id, None, now)
    add_evidence(connection, ask.site, id, ask.kind, ask.ref, at=ask.at, now=now)
    return id


def device_normal(
    connection: Connection, site: str, order: str, alarm: str, *, at: int, now: int, all_clear: bool
) -> None:
    """An attached alarm cleared at `at`; where it was the last one, the device shows no fault since then."""
    add_evidence(connection, site, order, "alarm.cleared", alarm, at=at, now=now)
    if all_clear:
        _set_normal(connection, order, at, now)


def add_evidence(connection: Connection, site: str, order: str, kind: str, ref: str, *, at: int, now: int) -> None:
    """Append to what the order stands on."""
    row = {"site": site, "order_id": order, "kind": kind, "ref": ref, "at": at, "recorded_at": now}
    connection.execute(_EVIDENCE, row | {"by": "", "detail": ""})


def _insert(connection: Connection, ask: Ask, now: int) -> str:
    highest = select(func.max(WORK_ORDER.c.number)).where(WORK_ORDER.c.site == ask.site)
    row = {
        "id": new_id(now),
        "site": ask.site,
        "number": (connection.execute(highest).scalar_one_or_none() or 0) + 1,
        "equipment": ask.equipment,
        "place": ask.place,
        "fault": ask.fault,
        "state": OrderState.REPORTED.value,
        "open": True,
        "order_class": ask.order_class.value,
        "trade": ask.trade,
        "title_zh": ask.title.zh,
        "title_en": ask.title.en,
        "source": ask.source,
        "reported_by": "",
        "owner": ask.owner,
        "occurred_at": ask.at,
        "reported_at": now,
        "updated_at": now,
    }
    _tell(connection, connection.execute(insert(WORK_ORDER).returning(WORK_ORDER), row).mappings().one(), now)
    return str(row["id"])


def _set_normal(connection: Connection, id: str, at: int | None, now: int) -> None:
    values = {"order_id": id, "device_normal_at": at, "updated_at": now}
    _tell(connection, connection.execute(_NORMAL, values).mappings().one(), now)


def _tell(connection: Connection, row: RowMapping, now: int) -> None:
    body = WorkOrder.model_validate(order_fields(row)).model_dump_json(by_alias=True)
    publish(connection, "work_order", row["site"], body, at=now)
