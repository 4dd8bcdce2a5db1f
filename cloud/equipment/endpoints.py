"""GET /equipment, /equipment/{id}, /equipment/{id}/points, /points."""

from __future__ import annotations

from functools import partial
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection, RowMapping

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.equipment.blind import BlindEquipment, blind_equipment
from cloud.equipment.schemas import Equipment, EquipmentDetail, PointValue, equipment_fields
from cloud.equipment.store import equipment_of, equipment_rows, texts
from cloud.equipment.values import Asked, asked_of, with_values
from cloud.errors import Conflict, NotFound, Problem, problems
from cloud.historian.base import Reads
from cloud.lookup import only_one
from cloud.permissions import Permission
from cloud.wire import Page, cursor_of, one_site, read_cursor
from facility.equipment_type import System

router = APIRouter(prefix="/api/v1", tags=["equipment"])
Reader = Annotated[Caller, Depends(Allow(Permission.EQUIPMENT_READ))]


@router.get("/equipment", responses=problems(Problem))
async def list_equipment(
    store: Store,
    caller: Reader,
    site: str | None = None,
    system: System | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Page[Equipment]:
    """All equipment, by site and id."""
    among = one_site(caller.sites(Permission.EQUIPMENT_READ), site)
    rows = await store.read(lambda c: _page(c, among, system, cursor, limit))
    items = tuple(Equipment.model_validate(equipment_fields(row)) for row in rows)
    full = len(items) == limit
    return Page(items=items, next=cursor_of(0, f"{items[-1].site}/{items[-1].id}") if full else None)


def _page(
    connection: Connection, among: frozenset[str] | None, system: str | None, cursor: str | None, limit: int
) -> list[RowMapping]:
    site, _, id = read_cursor(cursor)[1].partition("/") if cursor else ("", "", "")
    return list(equipment_rows(connection, among, system=system, after=(site, id) if cursor else None, limit=limit))


async def _one(store: Store, caller: Caller, id: str, site: str | None) -> RowMapping:
    among = one_site(caller.sites(Permission.EQUIPMENT_READ), site)
    return only_one(await store.read(lambda c: equipment_rows(c, among, id=id)), "equipment", id)


@router.get("/equipment/{id}", responses=problems(NotFound, Conflict))
async def get_equipment(store: Store, caller: Reader, id: str, site: str | None = None) -> EquipmentDetail:
    """One piece of equipment with its alarm rules."""
    row = await _one(store, caller, id, site)
    means = equipment_of(row["body"])
    more = {name: getattr(means, name) for name in ("rated_figures", "instance_kinds", "instances", "rules")}
    return EquipmentDetail.model_validate(equipment_fields(row) | more)


@router.get("/equipment/{id}/points", responses=problems(NotFound, Conflict))
async def list_equipment_points(
    request: Request, store: Store, caller: Reader, id: str, site: str | None = None
) -> Page[PointValue]:
    """Every point of one piece of equipment with its newest value."""
    row = await _one(store, caller, id, site)
    return Page(items=await _valued(request, store, asked_of(row), {row["site"]}))


@router.get("/points", responses=problems(Problem))
async def list_points(
    request: Request,
    store: Store,
    caller: Reader,
    site: str | None = None,
    system: System | None = None,
    *,
    key: Annotated[bool, Query(description="Only those shown in the row of their system")] = True,
) -> Page[PointValue]:
    """The points of all equipment with their newest values: what an overview shows, in one answer."""
    among = one_site(caller.sites(Permission.EQUIPMENT_READ), site)
    rows = await store.read(lambda c: equipment_rows(c, among, system=system))
    asked = [point for row in rows for point in asked_of(row, key=key)]
    return Page(items=await _valued(request, store, asked, {row["site"] for row in rows}))


async def _valued(request: Request, store: Store, asked: list[Asked], sites: set[str]) -> tuple[PointValue, ...]:
    state = request.app.state
    said: dict[str, tuple[str, int]] = {}
    if any(not a.point.means.kind.sampled for a in asked):
        for site in sites:
            said |= await store.read(partial(texts, site=site))
    return await with_values(asked, state.latest, cast("Reads | None", state.historian), said, state.clock.now())


@router.get("/blind-points", responses=problems(Problem))
async def list_blind_points(
    request: Request, store: Store, caller: Reader, site: str | None = None
) -> Page[BlindEquipment]:
    """Equipment with points that can't be seen now, since when and why."""
    state = request.app.state
    among = one_site(caller.sites(Permission.EQUIPMENT_READ), site)
    rows = await store.read(lambda c: equipment_rows(c, among))
    asked = [point for row in rows for point in asked_of(row)]
    return Page(
        items=await blind_equipment(asked, state.latest, cast("Reads | None", state.historian), state.clock.now())
    )
