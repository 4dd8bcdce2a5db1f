"""/drawings: the plans that somebody drew, instead of those that follow from the places of site.yaml."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.drawings.cleaning import MOST_BYTES, clean
from cloud.drawings.store import drawing, drawings, put_drawing, remove_drawing
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.sites.store import places
from cloud.wire import Asked, Moment, Page
from facility.words import Frozen, Id

router = APIRouter(prefix="/api/v1", tags=["sites"])
Reader = Annotated[Caller, Depends(Allow(Permission.SITE_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.SITE_MANAGE))]


class Drawing(Frozen):
    """That there is one."""

    site: str
    place: str
    updated_at: Moment
    updated_by: str


class DrawingDetail(Drawing):
    """With its content, clean."""

    svg: str


class TakenDrawing(Drawing):
    """The answer to PUT: what was left out of it, as name → how often."""

    removed: dict[str, int]


class NewDrawing(Asked):
    """The body of PUT /drawings/{place}; an element whose id or data-equipment is an equipment's id shows that one."""

    site: Id
    svg: str = Field(min_length=1, max_length=MOST_BYTES)


class SiteQuery(Asked):
    """Of which site."""

    site: Id


@router.get("/drawings", responses=problems(Forbidden))
async def list_drawings(store: Store, caller: Reader, query: Annotated[SiteQuery, Query()]) -> Page[Drawing]:
    """Which places have one."""
    expect_may(caller, Permission.SITE_READ, query.site)
    rows = await store.read(lambda c: drawings(c, query.site))
    return Page(items=tuple(Drawing.model_validate(dict(row)) for row in rows))


@router.get("/drawings/{place}", responses=problems(Forbidden, NotFound))
async def get_drawing(store: Store, caller: Reader, place: Id, query: Annotated[SiteQuery, Query()]) -> DrawingDetail:
    """One drawing."""
    expect_may(caller, Permission.SITE_READ, query.site)
    row = await store.read(lambda c: drawing(c, query.site, place))
    if row is None:
        raise NotFound(f"位置 {place!r} 没有平面图 · the place {place!r} has no drawing")
    return DrawingDetail.model_validate(dict(row))


@router.put("/drawings/{place}", responses=problems(Forbidden, NotFound, Unprocessable))
async def take_drawing(store: Store, clock: TheClock, caller: Manager, place: Id, body: NewDrawing) -> TakenDrawing:
    """Keep a drawing of a place, cleaned; Unprocessable says why one can't be taken."""
    expect_may(caller, Permission.SITE_MANAGE, body.site)
    now, cleaned = clock.now(), clean(body.svg)

    def work(connection: Connection) -> None:
        if place not in {row["id"] for row in places(connection, body.site)}:
            raise NotFound(f"没有位置 {place!r} · there is no place {place!r} at {body.site}")
        put_drawing(connection, body.site, place, cleaned.svg, caller.name, at=now)
        record(connection, caller, Entry("drawing.put", place, body.site, detail=str(cleaned.removed)), at=now)

    await store.write(work)
    return TakenDrawing(site=body.site, place=place, updated_at=now, updated_by=caller.name, removed=cleaned.removed)


@router.delete("/drawings/{place}", status_code=204, responses=problems(Forbidden, NotFound))
async def delete_drawing(
    store: Store, clock: TheClock, caller: Manager, place: Id, query: Annotated[SiteQuery, Query()]
) -> None:
    """Back to the plan that follows from the places."""
    expect_may(caller, Permission.SITE_MANAGE, query.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        if not remove_drawing(connection, query.site, place):
            raise NotFound(f"位置 {place!r} 没有平面图 · the place {place!r} has no drawing")
        record(connection, caller, Entry("drawing.remove", place, query.site), at=now)

    await store.write(work)
