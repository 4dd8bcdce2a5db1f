"""An order as its table keeps it, to be changed in memory within a transaction."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from cloud.work_orders.tables import WORK_ORDER


@dataclass(slots=True, kw_only=True)
class OrderRow:
    """One row; the fields are the table's columns in their order, times in UTC ns."""

    id: str
    site: str
    number: int
    equipment: str | None
    place: str | None
    fault: str | None
    state: str
    open: bool = True
    order_class: str
    trade: str
    title_zh: str
    title_en: str
    source: str
    reported_by: str = ""
    owner: str
    occurred_at: int
    reported_at: int
    dispatched_at: int | None = None
    accepted_at: int | None = None
    arrived_at: int | None = None
    restored_at: int | None = None
    verified_at: int | None = None
    closed_at: int | None = None
    device_normal_at: int | None = None
    updated_at: int
    side: str = "device"
    customer: str = ""
    contact: str = ""
    assignee: str | None = None
    round: int = 1
    paused_from: str | None = None
    claimed_at: int | None = None
    claimed_by: str | None = None
    repaired_by: str | None = None
    proof: str | None = None
    arrival: str | None = None
    called_back_at: int | None = None
    due_at: int | None = None
    room: str | None = None


COLUMNS: Final = tuple(field.name for field in fields(OrderRow))

if tuple(WORK_ORDER.columns.keys()) != COLUMNS:
    raise AssertionError("OrderRow and the work_order table differ")
