"""POST /alarms/{id}/work-order: an order for an alarm whose rule made none, linked to it, given to somebody at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection

from cloud.alarms.book import AlarmBook
from cloud.alarms.row import AlarmRow
from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty.trades import expect_trade
from cloud.errors import Conflict, Forbidden, NotFound, Unavailable, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked
from cloud.work_orders.ask import Ask
from cloud.work_orders.detail import detail
from cloud.work_orders.schemas import WorkOrderDetail
from facility.alarm import OrderClass, Post
from facility.words import Id, Text

router = APIRouter(prefix="/api/v1", tags=["alarms"])
NO = problems(Forbidden, NotFound, Conflict, Unprocessable, Unavailable)


class AskedOrder(Asked):
    """The body of POST /alarms/{id}/work-order."""

    order_class: OrderClass = Field(default=OrderClass.ORDINARY, alias="class")
    trade: Id
    note: str = Field(default="", max_length=500)
    """What is to be done; empty: what the alarm says."""


def _ask(row: AlarmRow, body: AskedOrder, by: str) -> Ask:
    said = Text(zh=f"{row.equipment_zh}:{row.name_zh}", en=f"{row.equipment_en}: {row.name_en}")
    title = Text(zh=f"{said.zh},{body.note}", en=f"{said.en}, {body.note}") if body.note else said
    known = row.gateway not in {"", row.equipment}
    return Ask(
        site=row.site,
        equipment=row.equipment if known else None,
        place=row.place,
        fault=(row.fault or row.rule) if known else None,
        order_class=body.order_class,
        trade=body.trade,
        title=title,
        source="person",
        kind="alarm.raised",
        ref=row.id,
        owner=Post.ENGINEERING.value,
        at=row.last_raised_at,
        by=by,
    )


def _open(connection: Connection, id: str, body: AskedOrder, caller: Caller, now: int) -> str:
    book = AlarmBook(connection, now)
    row = book.by_id(id)
    if row is None or not caller.may(Permission.ALARM_READ, row.site):
        raise NotFound(f"没有报警 {id!r} · there is no alarm {id!r}")
    expect_may(caller, Permission.ORDER_REPORT, row.site)
    if row.work_order is not None:
        raise Conflict("该报警已有工单 · this alarm has an order already: read the alarm again")
    expect_trade(connection, row.site, body.trade)
    row.work_order = book.orders.open(_ask(row, body, caller.name))
    book.changed(row)
    book.step(row, "ordered", at=now, by=caller.name, detail=body.note)
    book.write()
    record(connection, caller, Entry("alarm.order", id, row.site, detail=row.work_order), at=now)
    return row.work_order


@router.post("/alarms/{id}/work-order", status_code=201, responses=NO)
async def order_from_alarm(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.ORDER_REPORT))],
    id: str,
    body: AskedOrder,
) -> WorkOrderDetail:
    """Ask for an order because of an alarm; Conflict where it has one."""
    now = clock.now()
    order = await store.write(lambda c: _open(c, id, body, caller, now))
    found = await store.read(lambda c: detail(c, order, now))
    if found is None:
        raise Unavailable(f"工单 {order!r} 暂时无法读取 · the work order {order!r} can't be read now")
    return found
