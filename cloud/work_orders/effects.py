"""A finding of the edge opens an order."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.effects import Arrival, on
from cloud.work_orders.opening import Ask, open_order
from facility.alarm import OrderClass, Post
from facility.event import Finding


@on(Finding)
def found(connection: Connection, arrival: Arrival) -> None:
    """One open order per (site, equipment, fault), as for alarms."""
    event, finding = arrival.event, arrival.event.data
    if not isinstance(finding, Finding):
        return
    ask = Ask(
        site=event.site,
        equipment=event.equipment,
        place=None,
        fault=finding.fault,
        order_class=OrderClass(finding.order_class),
        trade=finding.trade,
        title=finding.text,
        source="finding",
        kind="finding",
        ref=str(event.id),
        owner=Post.ENGINEERING.value,
        at=event.at,
    )
    open_order(connection, ask, now=arrival.now)
