"""GET /access: the feed of doors and barriers."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from cloud.access.schemas import Access
from cloud.access.store import Filter, access_of, feed
from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.errors import Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor

router = APIRouter(prefix="/api/v1", tags=["access"])
Reader = Annotated[Caller, Depends(Allow(Permission.ACCESS_READ))]


class AccessQuery(Asked):
    """Which lines; what is left out means any."""

    site: str | None = None
    equipment: str | None = None
    kind: list[Literal["granted", "denied", "passage"]] = Field(default_factory=list)
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/access", responses=problems(Problem))
async def list_access(store: Store, caller: Reader, query: Annotated[AccessQuery, Query()]) -> Page[Access]:
    """The newest first."""
    sites = one_site(caller.sites(Permission.ACCESS_READ), query.site)
    kinds = tuple(query.kind) or ("granted", "denied", "passage")
    wanted = Filter(sites, kinds, query.equipment, query.start, query.end)
    before = read_cursor(query.cursor) if query.cursor else None
    rows = await store.read(lambda c: feed(c, wanted, before, query.limit))
    items = tuple(access_of(row) for row in rows)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(items[-1].at, items[-1].id) if full else None)
