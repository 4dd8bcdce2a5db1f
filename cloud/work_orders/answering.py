"""POST /work-orders and the steps of an order's life: who may do which, each told to the audit log and the stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from sqlalchemy import Connection

from cloud.caller import Allow, Caller, expect_may
from cloud.database.base import Database
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, Unavailable, Unprocessable, problems
from cloud.notices.store import Notice, give_notices
from cloud.permissions import Permission
from cloud.work_orders import answers, doing, machine, reporting
from cloud.work_orders.book import OrderBook
from cloud.work_orders.choosing import chosen
from cloud.work_orders.detail import detail
from cloud.work_orders.device import device_of
from cloud.work_orders.doing import Deed
from cloud.work_orders.row import OrderRow
from cloud.work_orders.schemas import WorkOrderDetail
from cloud.work_orders.steps import Needs, Transition, step
from facility.alarm import Post

router = APIRouter()
P = Permission
NO = problems(Forbidden, NotFound, Conflict, Unprocessable)
Reporter = Annotated[Caller, Depends(Allow(P.ORDER_REPORT))]
Desk = Annotated[Caller, Depends(Allow(P.ORDER_DISPATCH))]
Worker = Annotated[Caller, Depends(Allow(P.ORDER_WORK))]
Pauser = Annotated[Caller, Depends(Allow(P.ORDER_WORK, P.ORDER_DISPATCH))]
Verifier = Annotated[Caller, Depends(Allow(P.ORDER_VERIFY))]
Supervisor = Annotated[Caller, Depends(Allow(P.ORDER_SUPERVISE))]
EITHER = (P.ORDER_WORK, P.ORDER_DISPATCH)
NOTE = answers.Note()


async def _told(store: Database, id: str, now: int) -> WorkOrderDetail:
    found = await store.read(lambda c: detail(c, id, now))
    if found is None:
        raise Unavailable(f"工单 {id!r} 暂时无法读取 · the work order {id!r} can't be read now")
    return found


async def _done(
    store: Database, now: int, id: str, caller: Caller, needs: Needs, action: str, transition: Transition
) -> WorkOrderDetail:
    await store.write(lambda c: step(c, id, caller, needs, action, transition, now=now))
    return await _told(store, id, now)


def _deed(caller: Caller, now: int) -> Deed:
    return Deed(caller.name, now, now)


@router.post("/work-orders", status_code=201, responses=NO)
async def report(store: Store, clock: TheClock, caller: Reporter, body: answers.Request) -> WorkOrderDetail:
    """报修: with a device or without."""
    expect_may(caller, P.ORDER_REPORT, body.site)
    now = clock.now()
    id = await store.write(lambda c: reporting.report(c, body, caller, now=now))
    return await _told(store, id, now)


@router.post("/work-orders/{id}/dispatch", responses=NO)
async def dispatch(store: Store, clock: TheClock, caller: Desk, id: str, body: answers.Dispatch) -> WorkOrderDetail:
    """派单: to somebody, or to whom asset, rota and trade say; never to one whose certificate has run out."""
    now = clock.now()

    def do(connection: Connection, _: OrderBook, row: OrderRow) -> machine.Said:
        head = caller.may(P.ORDER_SUPERVISE, row.site)
        if "instead_of" in body.model_fields_set:
            machine.still_with(row, body.instead_of)
        to, why = chosen(connection, row, body.to, body.note, now, head=head)
        said = machine.dispatch(row, to, caller.name, now, why if body.to is not None else body.note or why)
        give_notices(connection, [Notice(now, row.site, row.id, "dispatched", (Post.ENGINEERING.value,))])
        return said

    return await _done(store, now, id, caller, P.ORDER_DISPATCH, "dispatch", do)


@router.post("/work-orders/{id}/accept", responses=NO)
async def accept(store: Store, clock: TheClock, caller: Worker, id: str) -> WorkOrderDetail:
    """接单."""
    now = clock.now()
    return await _done(store, now, id, caller, P.ORDER_WORK, "accept", doing.accept(_deed(caller, now)))


@router.post("/work-orders/{id}/decline", responses=NO)
async def decline(store: Store, clock: TheClock, caller: Worker, id: str, body: answers.Reason) -> WorkOrderDetail:
    """退单: back to the post, with the reason."""
    now = clock.now()
    do = doing.decline(_deed(caller, now), body.reason)
    return await _done(store, now, id, caller, P.ORDER_WORK, "decline", do)


@router.post("/work-orders/{id}/arrive", responses=NO)
async def arrive(store: Store, clock: TheClock, caller: Worker, id: str, body: answers.Arrival) -> WorkOrderDetail:
    """到场: proven by a reader's event or the code on the spot, or self-reported and marked."""
    now = clock.now()
    do = doing.arrive(_deed(caller, now), body)
    return await _done(store, now, id, caller, P.ORDER_WORK, "arrive", do)


@router.post("/work-orders/{id}/restore", responses=NO)
async def restore(
    store: Store, clock: TheClock, caller: Worker, id: str, body: Annotated[answers.Note, Body()] = NOTE
) -> WorkOrderDetail:
    """修复: at once, or when the device has been normal for the hold time."""
    now = clock.now()
    do = doing.restore(_deed(caller, now), body.note)
    return await _done(store, now, id, caller, P.ORDER_WORK, "restore", do)


@router.post("/work-orders/{id}/accept-unproved", responses=NO)
async def accept_unproved(
    store: Store, clock: TheClock, caller: Supervisor, id: str, body: answers.Reason
) -> WorkOrderDetail:
    """A supervisor takes it for done, with the reason; marked 'not proved by device'."""
    now = clock.now()

    def do(connection: Connection, _: OrderBook, row: OrderRow) -> machine.Said:
        return machine.accept_unproved(row, caller.name, body.reason, device_of(connection, row), now)

    return await _done(store, now, id, caller, P.ORDER_SUPERVISE, "accept_unproved", do)


@router.post("/work-orders/{id}/verify", responses=NO)
async def verify(
    store: Store, clock: TheClock, caller: Verifier, id: str, body: Annotated[answers.Note, Body()] = NOTE
) -> WorkOrderDetail:
    """验收: by somebody else than who repaired it."""
    now = clock.now()

    def do(_: Connection, __: OrderBook, row: OrderRow) -> machine.Said:
        return machine.verify(row, caller.name, body.note, now)

    return await _done(store, now, id, caller, P.ORDER_VERIFY, "verify", do)


@router.post("/work-orders/{id}/refuse-work", responses=NO)
async def refuse_work(
    store: Store, clock: TheClock, caller: Verifier, id: str, body: answers.Reason
) -> WorkOrderDetail:
    """返工: not well repaired; the clock goes on as if it had never stopped."""
    now = clock.now()

    def do(_: Connection, __: OrderBook, row: OrderRow) -> machine.Said:
        return machine.refuse_work(row, caller.name, body.reason, now)

    return await _done(store, now, id, caller, P.ORDER_VERIFY, "refuse_work", do)


@router.post("/work-orders/{id}/call-back", responses=NO)
async def call_back(store: Store, clock: TheClock, caller: Desk, id: str, body: answers.CallBack) -> WorkOrderDetail:
    """回访: reached or not, and what was said."""
    now = clock.now()

    def do(_: Connection, __: OrderBook, row: OrderRow) -> machine.Said:
        return machine.call_back(
            row, caller.name, reached=body.reached, satisfied=body.satisfied, opinion=body.opinion, now=now
        )

    return await _done(store, now, id, caller, P.ORDER_DISPATCH, "call_back", do)


@router.post("/work-orders/{id}/close", responses=NO)
async def close(store: Store, clock: TheClock, caller: Desk, id: str, body: answers.Closing) -> WorkOrderDetail:
    """消单: confirmed on site, or by telephone."""
    now = clock.now()

    def do(_: Connection, __: OrderBook, row: OrderRow) -> machine.Said:
        return machine.close(row, caller.name, body.confirmed, body.note, now)

    return await _done(store, now, id, caller, P.ORDER_DISPATCH, "close", do)


@router.post("/work-orders/{id}/pause", responses=NO)
async def pause(store: Store, clock: TheClock, caller: Pauser, id: str, body: answers.Pause) -> WorkOrderDetail:
    """暂停: the clocks stand still for a stated reason."""
    now = clock.now()
    do = doing.pause(_deed(caller, now), body)
    return await _done(store, now, id, caller, EITHER, "pause", do)


@router.post("/work-orders/{id}/resume", responses=NO)
async def resume(store: Store, clock: TheClock, caller: Pauser, id: str) -> WorkOrderDetail:
    """继续."""
    now = clock.now()
    do = doing.resume(_deed(caller, now))
    return await _done(store, now, id, caller, EITHER, "resume", do)


@router.post("/work-orders/{id}/cancel", responses=NO)
async def cancel(store: Store, clock: TheClock, caller: Desk, id: str, body: answers.Reason) -> WorkOrderDetail:
    """撤单: what a device asked for, only by a supervisor."""
    now = clock.now()

    def do(_: Connection, __: OrderBook, row: OrderRow) -> machine.Said:
        if row.source == "alarm" and not caller.may(P.ORDER_SUPERVISE, row.site):
            raise Forbidden(
                f"设备工单须由主管撤单 · {caller.name} may not cancel what a device asked for: a manager does"
            )
        return machine.cancel(row, caller.name, body.reason, now)

    return await _done(store, now, id, caller, P.ORDER_DISPATCH, "cancel", do)


@router.post("/work-orders/{id}/class", responses=NO)
async def change_class(
    store: Store, clock: TheClock, caller: Desk, id: str, body: answers.ClassChange
) -> WorkOrderDetail:
    """改级别: another promise, the same clocks; logged."""
    now = clock.now()

    def do(_: Connection, __: OrderBook, row: OrderRow) -> machine.Said:
        return machine.change_class(row, caller.name, body.order_class, body.reason, now)

    return await _done(store, now, id, caller, P.ORDER_DISPATCH, "class", do)


@router.post("/work-orders/{id}/costs", responses=NO)
async def add_cost(store: Store, clock: TheClock, caller: Pauser, id: str, body: answers.NewCost) -> WorkOrderDetail:
    """A line of material, labour or other cost."""
    now = clock.now()
    do = doing.add_cost(_deed(caller, now), body)
    return await _done(store, now, id, caller, EITHER, "costs", do)


@router.post("/work-orders/{id}/checklist", responses=NO)
async def check(store: Store, clock: TheClock, caller: Worker, id: str, body: answers.Checklist) -> WorkOrderDetail:
    """What was looked at; each failed item makes an order."""
    now = clock.now()
    do = doing.check(_deed(caller, now), body)
    return await _done(store, now, id, caller, P.ORDER_WORK, "checklist", do)
