"""/plans: preventive maintenance, what it made and how it was kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty.trades import expect_trade
from cloud.equipment.store import row_of
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.plans.compliance import compliance, verdict
from cloud.plans.from_template import from_template
from cloud.plans.schemas import Compliance, FromTemplate, NewPlan, Plan, PlanOrder, PlanTemplate
from cloud.plans.store import add_plan, orders_of, plan_row, plans, switch, until
from cloud.plans.templates import TEMPLATES
from cloud.sites.store import places
from cloud.wire import Asked, Page, one_site
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["plans"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]


class Switch(Asked):
    """The body of PUT /plans/{id}/enabled."""

    enabled: bool


class MonthQuery(Asked):
    """Which site, which month."""

    site: Id
    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")


@router.get("/plans")
async def list_plans(store: Store, caller: Reader, site: str | None = None) -> Page[Plan]:
    """All plans, the oldest first."""
    sites = one_site(caller.sites(Permission.ORDER_READ), site)
    work = lambda c: tuple(_plan(c, row) for row in plans(c, sites))  # noqa: E731
    return Page(items=await store.read(work))


@router.post("/plans", status_code=201, responses=problems(Forbidden, NotFound, Unprocessable))
async def make_plan(store: Store, clock: TheClock, caller: Manager, body: NewPlan) -> Plan:
    """From now on; what was due before is not made up for."""
    expect_may(caller, Permission.SERVICE_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> Plan:
        _known(connection, body)
        id = add_plan(connection, body, now=now)
        record(connection, caller, Entry("plan.create", id, body.site, detail=body.model_dump_json()), at=now)
        return _plan(connection, _row(connection, id, caller, Permission.ORDER_READ))

    return await store.write(work)


@router.get("/plans/templates")
async def list_templates(caller: Reader) -> Page[PlanTemplate]:
    """The sets of plans that ship."""
    del caller
    return Page(items=tuple(TEMPLATES.values()))


@router.post("/plans/from-template", status_code=201, responses=problems(Forbidden, NotFound, Conflict, Unprocessable))
async def make_from_template(store: Store, clock: TheClock, caller: Manager, body: FromTemplate) -> Page[Plan]:
    """All plans of a set for one equipment, each once; one that is there already is left as it is."""
    expect_may(caller, Permission.SERVICE_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> tuple[Plan, ...]:
        ids = from_template(connection, body, now=now)
        said = f"{body.template}: {', '.join(ids)}"
        record(connection, caller, Entry("plan.template", body.equipment, body.site, detail=said), at=now)
        return tuple(_plan(connection, _row(connection, id, caller, Permission.ORDER_READ)) for id in ids)

    return Page(items=await store.write(work))


@router.get("/plans/compliance", responses=problems(Forbidden))
async def get_compliance(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[MonthQuery, Query()]
) -> Compliance:
    """计划完成率: how the plans of a site were kept in a month."""
    expect_may(caller, Permission.ORDER_READ, query.site)
    year, month = map(int, query.month.split("-"))
    return await store.read(lambda c: compliance(c, query.site, year, month, clock.now()))


@router.get("/plans/{id}/orders", responses=problems(NotFound))
async def list_plan_orders(store: Store, clock: TheClock, caller: Reader, id: str) -> Page[PlanOrder]:
    """Each occurrence with its order: whether the plan is kept."""
    now = clock.now()

    def work(connection: Connection) -> tuple[PlanOrder, ...]:
        plan = NewPlan.model_validate_json(_row(connection, id, caller, Permission.ORDER_READ)["body"])
        return tuple(
            PlanOrder(
                number=row["number"],
                order=row["order_id"],
                due_at=row["due_at"],
                made_at=row["made_at"],
                state=row["state"],
                restored_at=row["restored_at"],
                until=until(plan, row["due_at"]),
                verdict=verdict(plan, row, now),
            )
            for row in orders_of(connection, id)
        )

    return Page(items=await store.read(work))


@router.put("/plans/{id}/enabled", status_code=204, responses=problems(Forbidden, NotFound))
async def switch_plan(store: Store, clock: TheClock, caller: Manager, id: str, body: Switch) -> None:
    """On or off."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = _row(connection, id, caller, Permission.SERVICE_MANAGE)
        switch(connection, row, enabled=body.enabled, now=now)
        record(connection, caller, Entry("plan.switch", id, row["site"], detail=str(body.enabled)), at=now)

    await store.write(work)


def _known(connection: Connection, plan: NewPlan) -> None:
    """NotFound for equipment or a place that the site does not have, Unprocessable for a trade."""
    expect_trade(connection, plan.site, plan.trade)
    for equipment in {plan.equipment, *(item.equipment for item in plan.checklist)} - {None}:
        if row_of(connection, plan.site, str(equipment)) is None:
            raise NotFound(f"没有设备 {equipment!r} · there is no equipment {equipment!r} at {plan.site}")
    if plan.place is not None and plan.place not in {place["id"] for place in places(connection, plan.site)}:
        raise NotFound(f"没有位置 {plan.place!r} · there is no place {plan.place!r} at {plan.site}")


def _row(connection: Connection, id: str, caller: Caller, needs: Permission) -> RowMapping:
    row = plan_row(connection, id)
    if row is None or not caller.may(needs, row["site"]):
        raise NotFound(f"没有计划 {id!r},或您无权查看 · there is no plan {id!r}, or you may not see it")
    return row


def _plan(connection: Connection, row: RowMapping) -> Plan:
    first, last = row["first_hours"], row["last_hours"]
    return Plan(
        id=row["id"],
        plan=NewPlan.model_validate_json(row["body"]),
        enabled=row["enabled"],
        made=len(orders_of(connection, row["id"])),
        next_at=row["next_at"],
        run_hours=None if first is None or last is None else row["carried_hours"] + last - first,
    )
