"""GET /work-orders: the list, one order with all of it, who could get it, and whom to call back."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, NotFound, Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor
from cloud.work_orders import answering
from cloud.work_orders.arrivals import reads
from cloud.work_orders.call_backs import due
from cloud.work_orders.choosing import candidates
from cloud.work_orders.detail import detail
from cloud.work_orders.row import OrderRow
from cloud.work_orders.schemas import CallBackDue, Proposal, ReadNearby, WorkOrder, WorkOrderDetail, order_fields
from cloud.work_orders.steps import visible
from cloud.work_orders.store import Filter, order_by_id, orders
from facility.words import Id
from facility.work_order import OrderState

router = APIRouter(prefix="/api/v1", tags=["work orders"])
Desk = Annotated[Caller, Depends(Allow(Permission.ORDER_DISPATCH))]
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ_ASSIGNED))]
"""Who reads but the assigned ones (a contractor) sees what is given to oneself, nothing else."""


class OfSite(Asked):
    """Of which site."""

    site: Id


class OrderQuery(Asked):
    """Which orders; what is left out means any."""

    site: str | None = None
    state: list[OrderState] = Field(default_factory=list)
    open: bool | None = None
    assignee: str | None = None
    equipment: str | None = None
    fault: str | None = None
    room: str | None = None
    """As the register writes it."""
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
    wanted = Filter(
        sites,
        states,
        query.open,
        query.equipment,
        query.fault,
        query.start,
        query.end,
        query.assignee,
        query.room,
    )
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
        raise NotFound(f"没有工单 {id!r} · there is no work order {id!r}")
    return found


@router.get("/work-orders/{id}/proposals", responses=problems(NotFound))
async def list_proposals(store: Store, clock: TheClock, caller: Desk, id: str) -> Page[Proposal]:
    """Who could get it, the best first: trade, level, valid certificate, rota and load; and why somebody could not."""

    def work(connection: Connection) -> tuple[Proposal, ...]:
        row = order_by_id(connection, id)
        if row is None or not caller.may(Permission.ORDER_DISPATCH, row["site"]):
            raise NotFound(f"没有工单 {id!r} · there is no work order {id!r}")
        found = candidates(connection, OrderRow(**dict(row)), clock.now())
        return tuple(Proposal.model_validate(asdict(each)) for each in found)

    return Page(items=await store.read(work))


@router.get("/work-orders/{id}/reads", responses=problems(NotFound))
async def list_reads(store: Store, caller: Reader, id: str) -> Page[ReadNearby]:
    """Reader events near the order's equipment since it was dispatched, the oldest first: what may prove an arrival."""

    def work(connection: Connection) -> tuple[ReadNearby, ...]:
        row = order_by_id(connection, id)
        if row is None or not visible(caller, row["site"], row["assignee"]):
            raise NotFound(f"没有工单 {id!r} · there is no work order {id!r}")
        found = reads(connection, OrderRow(**dict(row)))
        return tuple(ReadNearby(event=event, at=at, reader=reader) for event, at, reader in found)

    return Page(items=await store.read(work))


@router.get("/call-backs", responses=problems(Forbidden))
async def list_call_backs(
    store: Store, clock: TheClock, caller: Desk, query: Annotated[OfSite, Query()]
) -> Page[CallBackDue]:
    """Which customers are still to be asked (回访), drawn as the site's terms say, the oldest repair first."""
    expect_may(caller, Permission.ORDER_DISPATCH, query.site)
    rows = await store.read(lambda c: due(c, query.site, clock.now()))
    return Page(items=tuple(_to_call(row, tries) for row, tries in rows))


def _to_call(row: RowMapping, tries: int) -> CallBackDue:
    told = {name: value for name, value in row.items() if name != "rank"}
    order = WorkOrder.model_validate(order_fields(told))
    return CallBackDue(order=order, customer=row["customer"], contact=row["contact"], tries=tries)


router.include_router(answering.router)
