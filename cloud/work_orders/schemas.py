"""Work orders on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field
from sqlalchemy import RowMapping

from cloud.wire import Moment
from cloud.work_orders.row import OrderRow
from facility.alarm import OrderClass
from facility.clock import iso
from facility.words import Frozen, Text
from facility.work_order import OrderState


class WorkOrder(Frozen):
    """One order as lists and the stream show it."""

    id: str
    number: int
    """Counts up within the site."""
    site: str
    equipment: str | None
    place: str | None
    fault: str | None
    state: OrderState
    open: bool
    order_class: OrderClass = Field(alias="class")
    trade: str
    title: Text
    source: Literal["alarm", "finding", "person"]
    reported_by: str
    owner: str
    """The post, later the person, that answers for it; never empty (首接责任制)."""
    occurred_at: Moment
    """When the fault began."""
    reported_at: Moment
    """When we heard of it: the clocks start here."""
    dispatched_at: Moment | None
    accepted_at: Moment | None
    arrived_at: Moment | None
    restored_at: Moment | None
    verified_at: Moment | None
    closed_at: Moment | None
    device_normal_at: Moment | None
    """The equipment itself has shown no fault since then; null while it does."""
    updated_at: Moment


class Evidence(Frozen):
    """One thing that the order stands on."""

    kind: str
    """alarm.raised, alarm.cleared, finding."""
    ref: str
    """The id of the alarm or event."""
    at: Moment
    recorded_at: Moment
    by: str
    detail: str


class WorkOrderDetail(WorkOrder):
    """One order with its evidence."""

    evidence: tuple[Evidence, ...]


def order_fields(row: RowMapping) -> dict[str, Any]:
    """The fields of a WorkOrder from its row."""
    found = dict(row)
    found["title"] = Text(zh=found.pop("title_zh"), en=found.pop("title_en"))
    return found


_TIMES = (
    "dispatched_at", "accepted_at", "arrived_at", "restored_at", "verified_at", "closed_at", "device_normal_at",
)  # fmt: skip


def order_wire(row: OrderRow) -> dict[str, object]:
    """The JSON of a WorkOrder, as the list has it, without the cost of checking what is our own."""
    told: dict[str, object] = {
        "id": row.id,
        "number": row.number,
        "site": row.site,
        "equipment": row.equipment,
        "place": row.place,
        "fault": row.fault,
        "state": row.state,
        "open": row.open,
        "class": row.order_class,
        "trade": row.trade,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "source": row.source,
        "reported_by": row.reported_by,
        "owner": row.owner,
        "occurred_at": iso(row.occurred_at),
        "reported_at": iso(row.reported_at),
        "updated_at": iso(row.updated_at),
    }
    for name in _TIMES:
        at = getattr(row, name)
        told[name] = None if at is None else iso(at)
    return told
