"""A person's step on an order: looked up, allowed, done, written down, told; all in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Caller, forbidden_at
from cloud.errors import Conflict, NotFound
from cloud.permissions import Permission
from cloud.stream.store import publish_all
from cloud.work_orders.book import OrderBook
from cloud.work_orders.machine import Refused, Said
from cloud.work_orders.row import OrderRow

Transition = Callable[[Connection, OrderBook, OrderRow], Said]
Needs = Permission | tuple[Permission, ...]
"""What one must have at the order's site; of several, one is enough."""


def visible(caller: Caller, site: str, assignee: str | None) -> bool:
    """Whether a caller may see an order: all of the site, or only what is given to oneself."""
    if caller.may(Permission.ORDER_READ, site):
        return True
    return assignee == caller.name and caller.may(Permission.ORDER_READ_ASSIGNED, site)


def step(
    connection: Connection, id: str, caller: Caller, needs: Needs, action: str, transition: Transition, *, now: int
) -> OrderRow:
    """Do it. NotFound, Forbidden, Conflict (the machine's own words) say why it can't be."""
    book = OrderBook(connection, now)
    row = book.by_id(id)
    if row is None or not visible(caller, row.site, row.assignee):
        raise NotFound(f"没有工单 {id!r} · there is no work order {id!r}")
    either = needs if isinstance(needs, tuple) else (needs,)
    if not any(caller.may(each, row.site) for each in either):
        raise forbidden_at(caller, either[0], row.site)
    try:
        said = transition(connection, book, row)
    except Refused as error:
        raise Conflict(str(error)) from None
    book.said(row, said)
    publish_all(connection, book.write(()), at=now)
    told = " / ".join(filter(None, (f"{s.kind} {s.detail} {s.note}".strip() for s in said)))
    record(connection, caller, Entry(f"order.{action}", id, row.site, detail=told), at=now)
    return row
