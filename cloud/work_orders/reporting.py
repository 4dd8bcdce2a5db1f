"""Requests from the repair desk (报修) and cost lines: what people add by themselves."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection, RowMapping, insert, select

from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.duty.trades import expect_trade
from cloud.equipment.store import row_of
from cloud.errors import NotFound, Unprocessable
from cloud.ids import new_id
from cloud.rooms.store import RoomFacts, learn
from cloud.service_levels.facts import Step
from cloud.sites.store import places
from cloud.stream.store import publish_all
from cloud.work_orders.answers import NewCost, Request
from cloud.work_orders.ask import Ask
from cloud.work_orders.book import OrderBook
from cloud.work_orders.machine import Said
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import ORDER_COST
from facility.alarm import Post
from facility.errors import nearest
from facility.work_order import Side


def report(connection: Connection, body: Request, caller: Caller, *, now: int) -> str:
    """A new order for what somebody asked; its id. NotFound for equipment that the site does not have."""
    if body.equipment is not None and row_of(connection, body.site, body.equipment) is None:
        raise NotFound(
            f"没有设备 {body.equipment!r}:可不填,或另选一台 · "
            f"there is no equipment {body.equipment!r} at {body.site}: leave it out, or choose another"
        )
    _expect_known(connection, body)
    room = _room(connection, body, caller, now)
    ask = Ask(
        site=body.site,
        equipment=body.equipment,
        place=body.place or (room["place"] if room is not None and body.equipment is None else None),
        fault=None,
        order_class=body.order_class,
        trade=body.trade,
        title=body.title,
        source="person",
        kind="request",
        ref="",
        owner=Post.ENGINEERING.value,
        at=now,
        by=caller.name,
        side=Side.CUSTOMER if body.customer or room is not None else Side.DEVICE,
        customer=body.customer,
        contact=body.contact,
        room=room["number"] if room is not None else None,
    )
    id = opened(connection, ask, now)
    record(connection, caller, Entry("order.report", id, body.site, detail=body.text), at=now)
    return id


def _expect_known(connection: Connection, body: Request) -> None:
    """Unprocessable for a trade or a place that the site does not have."""
    expect_trade(connection, body.site, body.trade)
    there = {row["id"] for row in places(connection, body.site)}
    if body.place is not None and body.place not in there:
        near = nearest(body.place, there)
        raise Unprocessable(f"没有位置 {body.place!r} · there is no place {body.place!r} at {body.site}{near}")


def _room(connection: Connection, body: Request, caller: Caller, now: int) -> RowMapping | None:
    """The room that it is about, learned at its first call."""
    if body.room is None:
        return None
    told = RoomFacts(number=body.room, place=body.place, occupant=body.customer, contact=body.contact)
    return learn(connection, body.site, told, caller.name, now=now)


def opened(connection: Connection, ask: Ask, now: int) -> str:
    """Open it and tell of it."""
    book = OrderBook(connection, now)
    id = book.open(ask)
    publish_all(connection, book.write(()), at=now)
    return id


def add_cost(connection: Connection, row: OrderRow, cost: NewCost, by: str, at: int, now: int) -> Said:
    """One more line."""
    told = cost.model_dump() | {"id": new_id(now), "site": row.site, "order_id": row.id, "at": at, "by": by}
    connection.execute(insert(ORDER_COST), told)
    total = (cost.quantity * cost.price).quantize(Decimal("0.01"))
    return (Step("cost", at, now, by, f"{total}", f"{cost.name} {cost.quantity.normalize():f} {cost.unit}"),)


def costs(connection: Connection, order: str) -> list[RowMapping]:
    """The lines of an order, the oldest first."""
    c = ORDER_COST.c
    columns = [column for column in c if column.name not in {"site", "order_id"}]
    query = select(*columns).where(c.order_id == order).order_by(c.at, c.id)
    return list(connection.execute(query).mappings().all())
