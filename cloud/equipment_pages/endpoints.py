"""GET /equipment/{id}/rules, /equipment/{id}/wire."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection, RowMapping

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.equipment.store import equipment_of, equipment_rows
from cloud.equipment.values import asked_of, newest
from cloud.equipment_pages.limits import RuleStanding, counted, live_alarms, local_hour, rule_standings
from cloud.equipment_pages.wire import Wire, wire_of
from cloud.errors import Conflict, NotFound, problems
from cloud.historian.base import Historian
from cloud.lookup import only_one
from cloud.permissions import Permission
from cloud.sites.store import site_by_id
from cloud.wire import Page, one_site

router = APIRouter(prefix="/api/v1", tags=["equipment"])
Reader = Annotated[Caller, Depends(Allow(Permission.EQUIPMENT_READ))]


async def _one(store: Store, caller: Caller, id: str, site: str | None) -> RowMapping:
    among = one_site(caller.sites(Permission.EQUIPMENT_READ), site)
    return only_one(await store.read(lambda c: equipment_rows(c, among, id=id)), "equipment", id)


@router.get("/equipment/{id}/rules", responses=problems(NotFound, Conflict))
async def list_equipment_rules(
    request: Request, store: Store, caller: Reader, id: str, site: str | None = None
) -> Page[RuleStanding]:
    """Every rule with the room that is left to each of its limits now."""
    state = request.app.state
    row = await _one(store, caller, id, site)
    means, now, historian = equipment_of(row["body"]), state.clock.now(), cast("Historian | None", state.historian)
    asked = asked_of(row)
    values = await newest(asked, state.latest, historian, now)
    counts = await counted(historian, row["site"], means, now)

    def work(connection: Connection) -> tuple[dict[tuple[str, str], str], int]:
        place = site_by_id(connection, row["site"])
        zone = place["timezone"] if place is not None else "UTC"
        return live_alarms(connection, row["site"], id), local_hour(now, zone)

    alarms, hour = await store.read(work)
    return Page(items=rule_standings(means, asked, values, counts, alarms, hour))


@router.get("/equipment/{id}/wire", responses=problems(NotFound, Conflict))
async def get_equipment_wire(request: Request, store: Store, caller: Reader, id: str, site: str | None = None) -> Wire:
    """Its line, unit, model and addresses, and when it was last heard."""
    state = request.app.state
    row = await _one(store, caller, id, site)
    asked = asked_of(row)
    values = await newest(asked, state.latest, cast("Historian | None", state.historian), state.clock.now())
    return wire_of(row, asked, values)
