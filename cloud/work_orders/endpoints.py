"""GET /work-orders: the list, and one order with all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import NotFound, Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor
from cloud.work_orders import answering
from cloud.work_orders.detail import detail
from cloud.work_orders.schemas import WorkOrder, WorkOrderDetail, order_fields
from cloud.work_orders.steps import visible
from cloud.work_orders.store import Filter, orders
from facility.work_order import OrderState

router = APIRouter(prefix="/api/v1", tags=["work orders"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ_ASSIGNED))]
"""Who reads but the assigned ones (a contractor) sees what is given to oneself, nothing else."""


class OrderQuery(Asked):
    """Which orders; what is left out means any."""

    site: str | None = None
    state: list[OrderState] = Field(default_factory=list)
    open: bool | None = None
    assignee: str | None = None
    equipment: str | None = None
    fault: str | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/work-orders", responses=problems(Problem))
async def list_work_orders(store: Store, caller: Reader, query: Annotated[OrderQuery, Query()]) -> Page[WorkOrder]:
    """The newest reports first."""
    all_of = caller.may_somewhere(Permission.ORDER_READ)
    sites = one_site(caller.sites(Permission.ORDER_READ if all_of else Permission.ORDER_READ_ASSIGNED), query.site)
    states = tuple(state.value for state in query.state)
    wanted = Filter(sites, states, query.open, query.equipment, query.fault, query.start, query.end, query.assignee)
    wanted = wanted if all_of else replace(wanted, assignee=caller.name)
    before = read_cursor(query.cursor) if query.cursor else None
    rows = await store.read(lambda c: orders(c, wanted, before, query.limit))
    items = tuple(WorkOrder.model_validate(order_fields(row)) for row in rows)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(items[-1].reported_at, items[-1].id) if full else None)


@router.get("/work-orders/{id}", responses=problems(NotFound))
async def get_work_order(store: Store, clock: TheClock, caller: Reader, id: str) -> WorkOrderDetail:
    """One order with all that it stands on."""
    found = await store.read(lambda c: detail(c, id, clock.now()))
    if found is None or not visible(caller, found.site, found.assignee):
        raise NotFound(f"there is no work order {id!r}")
    return found


router.include_router(answering.router)
