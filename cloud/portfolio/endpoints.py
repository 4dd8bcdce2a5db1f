"""GET /portfolio."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.equipment.blind import blind_equipment
from cloud.historian.base import Counts, Historian
from cloud.historian.grid import QUARTER
from cloud.permissions import Permission
from cloud.portfolio.energy import Used, used
from cloud.portfolio.schemas import SiteStanding
from cloud.portfolio.standing import DAYS_30, Found, find, month_start, site_standing
from cloud.wire import Page, one_site

router = APIRouter(prefix="/api/v1", tags=["portfolio"])


@router.get("/portfolio")
async def get_portfolio(
    request: Request,
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ))],
    site: str | None = None,
) -> Page[SiteStanding]:
    """Each site: life safety, blind points, overdue orders, plans kept, kWh per m2."""
    state = request.app.state
    among, now = one_site(caller.sites(Permission.ALARM_READ), site), state.clock.now()
    historian = cast("Historian | None", state.historian)
    found = await store.read(lambda c: find(c, among, now))
    blind = await blind_equipment(found.points, state.latest, historian, now)
    energy = await _energy(historian, found, now)
    return Page(items=tuple(site_standing(row, found, blind, energy[row["id"]]) for row in found.sites))


async def _energy(counts: Counts | None, found: Found, now: int) -> dict[str, list[Used]]:
    """Site → [the last 30 days, the month]; sites of one time zone are asked together."""
    zones: dict[str, list[str]] = defaultdict(list)
    for row in found.sites:
        zones[row["timezone"]].append(row["id"])
    answer: dict[str, list[Used]] = {}
    until = now // QUARTER * QUARTER
    for zone, ids in zones.items():
        registers = {id: found.registers[id] for id in ids}
        thirty = await used(counts, registers, (until - DAYS_30, until))
        first = min(month_start(now, zone), until - QUARTER)
        month = await used(counts, registers, (first, until))
        answer |= {id: [*thirty[id], *month[id]] for id in ids}
    return answer
