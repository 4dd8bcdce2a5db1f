"""GET /work-orders: the list and one order with its evidence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.errors import NotFound, Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor
from cloud.work_orders.schemas import Evidence, WorkOrder, WorkOrderDetail, order_fields
from cloud.work_orders.store import Filter, evidence, order_by_id, orders
from facility.work_order import OrderState

router = APIRouter(prefix="/api/v1", tags=["work orders"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ_ASSIGNED))]
"""Who reads but the assigned ones reads none as long as orders are given to posts, not to people."""


class OrderQuery(Asked):
    """Which orders; what is left out means any."""

    site: str | None = None
    state: list[OrderState] = Field(default_factory=list)
    open: bool | None = None
    equipment: str | None = None
    fault: str | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/work-orders", responses=problems(Problem))
async def list_work_orders(store: Store, caller: Reader, query: Annotated[OrderQuery, Query()]) -> Page[WorkOrder]:
    """The newest reports first."""
    sites = one_site(caller.sites(Permission.ORDER_READ), query.site)
    states = tuple(state.value for state in query.state)
    wanted = Filter(sites, states, query.open, query.equipment, query.fault, query.start, query.end)
    before = read_cursor(query.cursor) if query.cursor else None
    rows = await store.read(lambda c: orders(c, wanted, before, query.limit))
    items = tuple(WorkOrder.model_validate(order_fields(row)) for row in rows)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(items[-1].reported_at, items[-1].id) if full else None)


@router.get("/work-orders/{id}", responses=problems(NotFound))
async def get_work_order(store: Store, caller: Reader, id: str) -> WorkOrderDetail:
    """One order with all that it stands on."""
    row = await store.read(lambda c: order_by_id(c, id))
    if row is None or not caller.may(Permission.ORDER_READ, row["site"]):
        raise NotFound(f"there is no work order {id!r}")
    lines = await store.read(lambda c: evidence(c, id))
    proof = tuple(Evidence.model_validate(dict(line)) for line in lines)
    return WorkOrderDetail.model_validate({**order_fields(row), "evidence": proof})
