"""/bills: what the supplier should ask, what it asks, and what another contract would cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection, insert, select

from cloud.audit.store import Entry, record
from cloud.bills.reckoning import reckon, stack, what_if
from cloud.bills.schemas import BillBody, CheckedBill, Choices, NewCheck, Period, TariffStack, bill_body, compared
from cloud.bills.tables import BILL_CHECK
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.ids import new_id
from cloud.permissions import Permission
from cloud.wire import Asked, Page
from facility.energy.bill_check import check
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]


class StackQuery(Asked):
    """Which meter, which local days (both included)."""

    meter: Id
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class ChoiceQuery(Asked):
    """Which meter, which year; with the same reactive energy each month, else without 力调."""

    meter: Id
    year: int = Field(ge=2000, le=2100)
    reactive_kvarh: Decimal | None = Field(default=None, ge=0)


class ChecksQuery(Asked):
    """Of which meter; null: of all."""

    meter: Id | None = None


@router.get("/bills/{site}", responses=problems(Forbidden, NotFound, Unprocessable))
async def get_bill(store: Store, caller: Reader, site: Id, query: Annotated[Period, Query()]) -> BillBody:
    """Reckoned now, from the ledger, the tariff in force on each day and the contract."""
    expect_may(caller, Permission.ENERGY_READ, site)
    told = await store.read(lambda c: reckon(c, site, query))
    return bill_body(site, query.meter, told.stored.revision, told.bill, told.month.period.demand_kw)


@router.get("/bills/{site}/choices", responses=problems(Forbidden, NotFound, Unprocessable))
async def get_choices(
    store: Store, clock: TheClock, caller: Reader, site: Id, query: Annotated[ChoiceQuery, Query()]
) -> Choices:
    """By capacity, by the best contract demand, by actual demand: the year so far each way."""
    expect_may(caller, Permission.ENERGY_READ, site)
    return await store.read(lambda c: what_if(c, site, query.meter, query.year, clock.now(), query.reactive_kvarh))


@router.get("/bills/{site}/stack", responses=problems(Forbidden, NotFound, Unprocessable))
async def get_stack(store: Store, caller: Reader, site: Id, query: Annotated[StackQuery, Query()]) -> TariffStack:
    """尖峰平谷深谷, day by day."""
    expect_may(caller, Permission.ENERGY_READ, site)
    return await store.read(lambda c: stack(c, site, query.meter, query.first, query.last))


@router.post("/bills/{site}/checks", status_code=201, responses=problems(Forbidden, NotFound, Unprocessable))
async def check_bill(store: Store, clock: TheClock, caller: Manager, site: Id, body: NewCheck) -> CheckedBill:
    """Compare the supplier's bill with ours; the check is kept as it is, whatever the tariff becomes."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> CheckedBill:
        told = reckon(connection, site, body)
        if told.bill.coverage <= 0:
            raise Unprocessable(
                f"{body.first} 至 {body.last} 没有电量数据(完整率 0%),无法核对 · "
                f"nothing is known of the energy from {body.first} to {body.last} (0 % of the time): "
                "there is nothing to compare with"
            )
        found = check(told.bill, body.bill)
        kept = CheckedBill(
            id=new_id(now),
            bill=bill_body(site, body.meter, told.stored.revision, told.bill, told.month.period.demand_kw),
            actual=body.bill,
            lines=compared(found),
            difference=found.difference,
            agrees=found.agrees,
            explained=found.explained,
            provisional=found.provisional,
            at=now,
            by=caller.name,
        )
        row = {
            "id": kept.id, "site": site, "meter": body.meter, "first": body.first.isoformat(),
            "last": body.last.isoformat(), "tariff": told.stored.tariff.id, "revision": told.stored.revision,
            "body": kept.model_dump_json(by_alias=True), "at": now, "by": caller.name[:64],
        }  # fmt: skip
        connection.execute(insert(BILL_CHECK), row)
        record(connection, caller, Entry("bill.check", kept.id, site, detail=f"{found.difference}"), at=now)
        return kept

    return await store.write(work)


@router.get("/bills/{site}/checks", responses=problems(Forbidden))
async def list_checks(
    store: Store, caller: Reader, site: Id, query: Annotated[ChecksQuery, Query()]
) -> Page[CheckedBill]:
    """The newest period first, as each was found when it was checked."""
    expect_may(caller, Permission.ENERGY_READ, site)
    b = BILL_CHECK.c
    asked = select(b.body).where(b.site == site).order_by(b.first.desc(), b.at.desc()).limit(200)
    asked = asked if query.meter is None else asked.where(b.meter == query.meter)
    bodies = await store.read(lambda c: list(c.execute(asked).scalars()))
    return Page(items=tuple(CheckedBill.model_validate_json(body) for body in bodies))
