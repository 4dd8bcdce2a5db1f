"""/energy: intervals of a meter, the month, the carpet, the tree, demand, data quality, restatements, 公摊."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy.amounts import amounts_of
from cloud.energy.apportionment import Apportioned, apportioned
from cloud.energy.asked import (
    MONTH,
    DaysQuery,
    EnergyReader,
    MeterQuery,
    SiteQuery,
    last_readings,
    span_of,
    the_meter,
    up_to,
    zone_of,
)
from cloud.energy.carpet import carpet_of
from cloud.energy.data_quality import DataQuality, quality_of
from cloud.energy.demand import Demand, demand_of
from cloud.energy.month import month_of_site
from cloud.energy.restatements import RestatementView, restatement_view
from cloud.energy.schemas import Carpet, EnergyMonth, IntervalsAnswer, columns_of, sum_of
from cloud.energy.tree import MeterTree, tree_of
from cloud.errors import Forbidden, NotFound, Problem, problems
from cloud.ledger.store import restatements
from cloud.meters.store import meters_of
from cloud.permissions import Permission
from cloud.wire import Asked, Page, cursor_of, one_site, read_cursor
from facility.energy.intervals import aggregate
from facility.energy.local_time import edges
from facility.words import Id

router = APIRouter(prefix="/api/v1/energy", tags=["energy"])
NO = problems(Problem, Forbidden, NotFound)
MOST_DAYS = {"quarter": 100, "hour": 400, "day": 4_000, "month": 8_000}


class StepQuery(MeterQuery):
    """… in which steps."""

    step: Literal["quarter", "hour", "day", "month"] = "hour"


class CarpetQuery(MeterQuery):
    """… in hours or quarters."""

    step: Literal["quarter", "hour"] = "hour"


class LogQuery(Asked):
    """Which lines of the log."""

    site: Id | None = None
    meter: str | None = Field(default=None, max_length=64)
    after: str | None = Field(default=None, description="`next` of the page before")
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/intervals", responses=NO)
async def get_intervals(store: Store, caller: EnergyReader, query: Annotated[StepQuery, Query()]) -> IntervalsAnswer:
    """One meter, also a virtual one, in quarter hours, hours, days or months of the site's time."""
    expect_may(caller, Permission.ENERGY_READ, query.site)

    def work(connection: Connection) -> IntervalsAnswer:
        zone, meters = zone_of(connection, query.site), meters_of(connection, query.site)
        meter = the_meter(meters, query.meter, query.site)
        span = span_of(zone, query, MOST_DAYS[query.step])
        quarters = amounts_of(connection, meters, [meter.id], *span)[meter.id]
        cut = aggregate(quarters, edges(zone, query.first, query.last + timedelta(days=1), query.step))
        return IntervalsAnswer(
            meter=meter.id, unit=meter.unit, step=query.step, columns=columns_of(cut), total=sum_of(quarters.total())
        )

    return await store.read(work)


@router.get("/months/{month}", responses=NO)
async def get_month(
    store: Store,
    clock: TheClock,
    caller: EnergyReader,
    month: Annotated[str, Path(pattern=MONTH)],
    query: Annotated[SiteQuery, Query()],
) -> EnergyMonth:
    """A month of a site: every meter by day, what enters, 分项, beside the month and the year before."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> EnergyMonth:
        zone, meters = zone_of(connection, query.site), meters_of(connection, query.site)
        return month_of_site(connection, query.site, zone, meters, month, now)

    return await store.read(work)


@router.get("/carpet", responses=NO)
async def get_carpet(store: Store, caller: EnergyReader, query: Annotated[CarpetQuery, Query()]) -> Carpet:
    """Day × hour of a meter, with the quality of each cell."""
    expect_may(caller, Permission.ENERGY_READ, query.site)

    def work(connection: Connection) -> Carpet:
        zone, meters = zone_of(connection, query.site), meters_of(connection, query.site)
        meter = the_meter(meters, query.meter, query.site)
        quarters = amounts_of(connection, meters, [meter.id], *span_of(zone, query, 400))[meter.id]
        return carpet_of(meter.id, quarters, zone, query.first, query.last + timedelta(days=1), query.step)

    return await store.read(work)


@router.get("/tree", responses=NO)
async def get_tree(
    store: Store, clock: TheClock, caller: EnergyReader, query: Annotated[DaysQuery, Query()]
) -> MeterTree:
    """The meter tree over some days up to now, with what remains unexplained at each node."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> MeterTree:
        span = up_to(now, span_of(zone_of(connection, query.site), query, 400))
        return tree_of(connection, query.site, meters_of(connection, query.site), *span)

    return await store.read(work)


@router.get("/demand", responses=NO)
async def get_demand(store: Store, caller: EnergyReader, query: Annotated[MeterQuery, Query()]) -> Demand:
    """The twenty highest quarter hours of a meter, its load-duration curve, its load factor."""
    expect_may(caller, Permission.ENERGY_READ, query.site)

    def work(connection: Connection) -> Demand:
        meters = meters_of(connection, query.site)
        meter = the_meter(meters, query.meter, query.site)
        span = span_of(zone_of(connection, query.site), query, 800)
        return demand_of(meter.id, amounts_of(connection, meters, [meter.id], *span, in_place=True)[meter.id])

    return await store.read(work)


@router.get("/data-quality", responses=NO)
async def get_data_quality(
    store: Store, clock: TheClock, caller: EnergyReader, query: Annotated[DaysQuery, Query()]
) -> DataQuality:
    """How much of each meter is known up to now, how, and what befell its register."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> DataQuality:
        span = up_to(now, span_of(zone_of(connection, query.site), query, 100))
        meters = meters_of(connection, query.site)
        return quality_of(connection, query.site, meters, span, last_readings(connection, query.site))

    return await store.read(work)


@router.get("/restatements", responses=problems(Problem))
async def list_restatements(
    store: Store, caller: EnergyReader, query: Annotated[LogQuery, Query()]
) -> Page[RestatementView]:
    """What had been stated and was restated: when, why, from what to what; the newest first."""
    among = one_site(caller.sites(Permission.ENERGY_READ), query.site)
    before = None if query.after is None else read_cursor(query.after)

    def work(connection: Connection) -> Page[RestatementView]:
        rows = restatements(connection, among, meter=query.meter, before=before, limit=query.limit + 1)
        shown = rows[: query.limit]
        following = cursor_of(shown[-1]["at"], shown[-1]["id"]) if len(rows) > query.limit else None
        return Page(items=tuple(restatement_view(row) for row in shown), next=following)

    return await store.read(work)


@router.get("/apportionments/{id}", responses=NO)
async def get_apportioned(
    store: Store, caller: EnergyReader, id: Id, query: Annotated[DaysQuery, Query()]
) -> Apportioned:
    """公摊: what a rule makes each bear of some days, with its basis."""
    expect_may(caller, Permission.ENERGY_READ, query.site)

    def work(connection: Connection) -> Apportioned:
        span = span_of(zone_of(connection, query.site), query, 400)
        return apportioned(connection, query.site, meters_of(connection, query.site), id, *span)

    return await store.read(work)
