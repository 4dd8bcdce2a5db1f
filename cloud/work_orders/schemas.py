"""Work orders on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from cloud.service_levels.clocks import Verdict
from cloud.wire import Moment
from cloud.work_orders.row import OrderRow
from facility.alarm import OrderClass
from facility.clock import iso
from facility.words import Frozen, Text
from facility.work_order import Arrived, ClockName, OrderState, Proof, Side


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
    source: Literal["alarm", "finding", "person", "plan", "checklist"]
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
    side: Side
    assignee: str | None
    """Who it was given to: a user; null while nobody has it."""
    round: int
    """1, and one more each time the same fault came again."""
    arrival: Arrived | None
    proof: Proof | None
    """`supervisor` is shown as 未经设备证明 / not proved by device."""
    claimed_at: Moment | None
    """Restored, says who repaired it; the device has yet to be normal for the hold time."""
    called_back_at: Moment | None
    due_at: Moment | None
    """When the next promise breaks; null while nothing is promised, or paused."""
    room: str | None = None
    """Whose room it is about (房号); null: none."""


class Proposal(Frozen):
    """One person for an order. The first without `why_not` is who gets it when nobody is named."""

    person: str
    why: Literal["rota", "warranty", "contract"]
    level: int | None
    """In the trade, 3 is the best; null: nobody wrote it down."""
    load: int
    """Open orders."""
    why_not: Text | None
    distance: int | None = None
    """Steps between where they arrived last and the order, in the tree of places; null: not known."""


class ReadNearby(Frozen):
    """A card or patrol read near the order's equipment; its event is named at the arrival."""

    event: str
    at: Moment
    reader: str


class CallBackDue(Frozen):
    """An order whose customer is to be asked."""

    order: WorkOrder
    customer: str
    contact: str
    tries: int
    """How often nobody answered."""


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


class OrderStep(Frozen):
    """One step of its life; `detail` is a word of ours or a name, `note` what somebody wrote."""

    kind: str
    at: Moment
    recorded_at: Moment
    by: str
    detail: str
    note: str


class OrderClock(Frozen):
    """One clock against one promise; seconds of the promise's own calendar, pauses not counted."""

    clock: ClockName
    promise: str | None
    name: Text | None
    rule: Text
    """When it starts, stops and stands still."""
    source: str
    started_at: Moment | None
    stopped_at: Moment | None
    elapsed: float
    allowed: float | None
    due_at: Moment | None
    verdict: Verdict


class CostLine(Frozen):
    """Material, labour, or something else."""

    id: str
    kind: Literal["material", "labour", "other"]
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    """Yuan for one unit."""
    paid_by: Literal["customer", "property", "warranty"]
    at: Moment
    by: str


class Check(Frozen):
    """One line of the checklist; `passed` is null until somebody looked."""

    number: int
    item: str | None
    """Null: looked at besides the checklist."""
    name: Text
    equipment: str | None
    unit: str
    low: float | None
    high: float | None
    passed: bool | None
    reading: float | None
    note: str
    at: Moment | None
    by: str
    made: str | None
    """The order that the failed item made."""


class SignedFor(Frozen):
    """A signature for the work: strokes on a paper of `width` by `height`, each x, y, x, y …"""

    name: str
    width: int
    height: int
    strokes: tuple[tuple[int, ...], ...]
    at: Moment
    by: str
    """On whose telephone."""


class WorkOrderDetail(WorkOrder):
    """One order with its steps, clocks, costs and evidence."""

    customer: str
    contact: str
    profile: str
    evidence: tuple[Evidence, ...]
    steps: tuple[OrderStep, ...]
    clocks: tuple[OrderClock, ...]
    costs: tuple[CostLine, ...]
    checks: tuple[Check, ...]
    signatures: tuple[SignedFor, ...]
    call_back: Literal["due", "done", "not_drawn", "none"]
    """回访: `none` for what no customer asked for, or is not repaired; `not_drawn` by the sample (抽样)."""


_OURS = frozenset({"paused_from", "claimed_by", "repaired_by", "customer", "contact"})
"""Columns that a WorkOrder does not show: the customer's name and telephone are for who works on it."""


def order_fields(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields of a WorkOrder from its row."""
    found = {name: value for name, value in row.items() if name not in _OURS}
    found["title"] = Text(zh=found.pop("title_zh"), en=found.pop("title_en"))
    return found


_TIMES = (
    "dispatched_at", "accepted_at", "arrived_at", "restored_at", "verified_at", "closed_at", "device_normal_at",
    "claimed_at", "called_back_at", "due_at",
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
        "side": row.side,
        "assignee": row.assignee,
        "round": row.round,
        "arrival": row.arrival,
        "proof": row.proof,
        "room": row.room,
    }
    for name in _TIMES:
        at = getattr(row, name)
        told[name] = None if at is None else iso(at)
    return told
