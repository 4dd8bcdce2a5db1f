"""Opens orders: the policy of a rule or a finding asks, one open order per (site, equipment, fault) answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from cloud.ids import new_id
from cloud.stream.store import publish
from cloud.work_orders.schemas import WorkOrder, order_fields
from cloud.work_orders.tables import ORDER_EVIDENCE, WORK_ORDER
from facility.alarm import OrderClass
from facility.words import Text
from facility.work_order import OrderState


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
    same = (WORK_ORDER.c.site == ask.site) & (WORK_ORDER.c.equipment == ask.equipment)
    where = same & (WORK_ORDER.c.fault == ask.fault) & WORK_ORDER.c.open
    row = connection.execute(select(WORK_ORDER.c.id, WORK_ORDER.c.device_normal_at).where(where)).first()
    if row is None:
        id = _insert(connection, ask, now)
    else:
        id = str(row.id)
        if row.device_normal_at is not None:
            _change(connection, id, {"device_normal_at": None, "updated_at": now}, now)
    add_evidence(connection, ask.site, id, ask.kind, ask.ref, at=ask.at, now=now)
    return id


def device_normal(
    connection: Connection, site: str, order: str, alarm: str, *, at: int, now: int, all_clear: bool
) -> None:
    """An attached alarm cleared at `at`; where it was the last one, the device shows no fault since then."""
    add_evidence(connection, site, order, "alarm.cleared", alarm, at=at, now=now)
    if all_clear:
        _change(connection, order, {"device_normal_at": at, "updated_at": now}, now)


def add_evidence(connection: Connection, site: str, order: str, kind: str, ref: str, *, at: int, now: int) -> None:
    """Append to what the order stands on."""
    row = {"site": site, "order_id": order, "kind": kind, "ref": ref, "at": at, "recorded_at": now}
    connection.execute(insert(ORDER_EVIDENCE), row | {"by": "", "detail": ""})


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


def _change(connection: Connection, id: str, values: dict[str, object], now: int) -> None:
    query = update(WORK_ORDER).where(WORK_ORDER.c.id == id).values(values).returning(WORK_ORDER)
    _tell(connection, connection.execute(query).mappings().one(), now)


def _tell(connection: Connection, row: RowMapping, now: int) -> None:
    body = WorkOrder.model_validate(order_fields(row)).model_dump_json(by_alias=True)
    publish(connection, "work_order", row["site"], body, at=now)
