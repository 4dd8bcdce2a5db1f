"""POST /order-actions: what waited on a telephone; GET /my-work-orders: what it needs where there is no network."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import NotFound, Unavailable, problems
from cloud.order_actions.held import held_orders
from cloud.order_actions.schemas import ActionBatch, ActionLine, ActionResults, HeldOrder
from cloud.order_actions.store import actions_of, take
from cloud.permissions import Permission
from cloud.wire import Page
from cloud.work_orders.steps import visible
from cloud.work_orders.store import order_by_id

router = APIRouter(prefix="/api/v1", tags=["order actions"])
Worker = Annotated[Caller, Depends(Allow(Permission.ORDER_WORK))]
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ_ASSIGNED))]


@router.post("/order-actions", responses=problems(Unavailable))
async def deliver(store: Store, clock: TheClock, caller: Worker, body: ActionBatch) -> ActionResults:
    """Each once by its key, in order; what is refused is answered beside what is done, and stops its own order only."""
    behind = clock.now() - body.sent_at
    taken = [
        await store.write(partial(take, caller=caller, action=action, behind=behind, now=clock.now()))
        for action in body.actions
    ]
    return ActionResults(items=tuple(taken))


@router.get("/my-work-orders")
async def list_my_work_orders(store: Store, clock: TheClock, caller: Reader) -> Page[HeldOrder]:
    """The open orders that are given to who asks, whole."""
    return Page(items=await store.read(lambda c: held_orders(c, caller, clock.now())))


@router.get("/work-orders/{id}/actions", responses=problems(NotFound))
async def list_actions(store: Store, caller: Reader, id: str) -> Page[ActionLine]:
    """What telephones delivered for an order: when it was done, when it came, what was in conflict."""

    def work(connection: Connection) -> tuple[ActionLine, ...]:
        row = order_by_id(connection, id)
        if row is None or not visible(caller, row["site"], row["assignee"]):
            raise NotFound(f"没有工单 {id!r} · there is no work order {id!r}")
        fields = ActionLine.model_fields
        return tuple(
            ActionLine.model_validate({name: line[name] for name in fields}) for line in actions_of(connection, id)
        )

    return Page(items=await store.read(work))
