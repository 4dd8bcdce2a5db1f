"""/energy-months/{site}/breakdown and /weather: a month by use and area, in every unit, and how cold or warm it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from cloud.caller import expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy.asked import EnergyReader
from cloud.energy_breakdown.reckoning import breakdown
from cloud.energy_breakdown.schemas import MonthBreakdown, MonthWeather
from cloud.energy_breakdown.weather import month_weather
from cloud.energy_settings.ground import energy_site
from cloud.energy_targets.schemas import Month
from cloud.errors import Forbidden, problems
from cloud.permissions import Permission
from cloud.wire import Asked
from facility.words import Id

router = APIRouter(prefix="/api/v1/energy-months/{site}", tags=["energy"])


class BreakdownQuery(Asked):
    """Which month."""

    month: Month


@router.get("/breakdown", responses=problems(Forbidden))
async def get_breakdown(
    store: Store, clock: TheClock, caller: EnergyReader, site: Id, query: Annotated[BreakdownQuery, Query()]
) -> MonthBreakdown:
    """What enters, each use and each area: energy, kgce, kgCO₂e, energy charge, per m², 环比 and 同比."""
    expect_may(caller, Permission.ENERGY_READ, site)
    now = clock.now()
    return await store.read(lambda c: breakdown(c, energy_site(c, site), query.month, now))


@router.get("/weather", responses=problems(Forbidden))
async def get_month_weather(
    request: Request,
    store: Store,
    clock: TheClock,
    caller: EnergyReader,
    site: Id,
    query: Annotated[BreakdownQuery, Query()],
) -> MonthWeather:
    """Degree days of the month so far, beside the month and the year before."""
    expect_may(caller, Permission.ENERGY_READ, site)
    zone = (await store.read(lambda c: energy_site(c, site))).zone
    return await month_weather(store, request.app.state.historian, site, zone, query.month, clock.now())
