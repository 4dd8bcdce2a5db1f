"""What asks for an order: an alarm, a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from facility.alarm import OrderClass
from facility.words import Text
from facility.work_order import Side


@dataclass(frozen=True, slots=True)
class Ask:
    """One open order per (site, equipment, fault) answers it."""

    site: str
    equipment: str | None
    """None: a request without a device; it attaches to nothing."""
    place: str | None
    fault: str | None
    order_class: OrderClass
    trade: str
    title: Text
    source: Literal["alarm", "finding", "person", "plan", "checklist"]
    kind: str
    """Of the evidence: alarm.raised, finding."""
    ref: str
    """The alarm's or event's id."""
    owner: str
    at: int
    """When it happened."""
    by: str = ""
    """Who reported it."""
    side: Side = Side.DEVICE
    customer: str = ""
    contact: str = ""
    room: str | None = None
