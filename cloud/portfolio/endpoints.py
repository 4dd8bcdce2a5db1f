"""GET /portfolio."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.equipment.blind import blind_equipment
from cloud.historian.base import Historian
from cloud.permissions import Permission
from cloud.portfolio.schemas import SiteStanding
from cloud.portfolio.standing import find, site_standing
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
    return Page(items=tuple(site_standing(row, found, blind) for row in found.sites))
