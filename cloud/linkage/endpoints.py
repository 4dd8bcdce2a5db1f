"""GET /linkage: the checklists of fires and drills."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.errors import NotFound, Problem, problems
from cloud.linkage.schemas import Linkage, linkage_of
from cloud.linkage.store import Filter, checklist, checklists, effects_of
from cloud.permissions import Permission
from cloud.wire import Asked, Page, cursor_of, one_site, read_cursor

router = APIRouter(prefix="/api/v1", tags=["linkage"])
Reader = Annotated[Caller, Depends(Allow(Permission.ALARM_READ))]


class LinkageQuery(Asked):
    """Which checklists; what is left out means any."""

    site: str | None = None
    zone: str | None = None
    open: bool | None = None
    drill: bool | None = None
    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=200)


@router.get("/linkage", responses=problems(Problem))
async def list_linkage(store: Store, caller: Reader, query: Annotated[LinkageQuery, Query()]) -> Page[Linkage]:
    """The newest first, each with its effects."""
    before = read_cursor(query.cursor) if query.cursor else None
    wanted = Filter(one_site(caller.sites(Permission.ALARM_READ), query.site), query.zone, query.open, query.drill)

    def work(connection: Connection) -> tuple[Linkage, ...]:
        rows = checklists(connection, wanted, before, query.limit)
        effects = effects_of(connection, [row["id"] for row in rows])
        return tuple(linkage_of(row, effects[row["id"]]) for row in rows)

    items = await store.read(work)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(items[-1].opened_at, items[-1].id) if full else None)


@router.get("/linkage/{id}", responses=problems(NotFound))
async def get_linkage(store: Store, caller: Reader, id: str) -> Linkage:
    """One checklist."""
    row = await store.read(lambda c: checklist(c, id))
    if row is None or not caller.may(Permission.ALARM_READ, row["site"]):
        raise NotFound(f"没有联动核对单 {id!r} · there is no linkage checklist {id!r}")
    effects = await store.read(lambda c: effects_of(c, [id]))
    return linkage_of(row, effects[id])
