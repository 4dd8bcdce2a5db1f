"""/views: what is on the trend desk, kept and shared."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection, RowMapping

from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, problems
from cloud.permissions import Permission
from cloud.views.schemas import NewView, View
from cloud.views.store import MOST, add_view, change_view, drop_view, is_full, view_of, view_row, views
from cloud.wire import Page, one_site

router = APIRouter(prefix="/api/v1", tags=["series"])
Reader = Annotated[Caller, Depends(Allow(Permission.SERIES_READ))]


@router.get("/views")
async def list_views(store: Store, caller: Reader, site: str | None = None) -> Page[View]:
    """One's own and those that are shared."""
    among = one_site(caller.sites(Permission.SERIES_READ), site)
    rows = await store.read(lambda c: views(c, among, caller.id))
    return Page(items=tuple(view_of(row, caller) for row in rows))


@router.post("/views", status_code=201, responses=problems(Forbidden, Conflict))
async def make_view(store: Store, clock: TheClock, caller: Reader, body: NewView) -> View:
    """Keep what is on the desk; `shared` makes `/trends?view={id}` a link that colleagues may open."""
    expect_may(caller, Permission.SERIES_READ, body.site)
    now = clock.now()

    def work(connection: Connection) -> View:
        if is_full(connection, body.site, caller.id):
            raise Conflict(
                f"每人在一个站点最多保存 {MOST} 个视图,请先删除一个 · "
                f"you keep {MOST} views at {body.site}: delete one first"
            )
        id = add_view(connection, body, caller.id, at=now)
        return view_of(_seen(connection, id, caller), caller)

    return await store.write(work)


@router.get("/views/{id}", responses=problems(NotFound))
async def get_view(store: Store, caller: Reader, id: str) -> View:
    """One of one's own, or a shared one."""
    return await store.read(lambda c: view_of(_seen(c, id, caller), caller))


@router.put("/views/{id}", responses=problems(Forbidden, NotFound))
async def put_view(store: Store, clock: TheClock, caller: Reader, id: str, body: NewView) -> View:
    """Change one's own."""
    expect_may(caller, Permission.SERIES_READ, body.site)
    now = clock.now()

    def work(connection: Connection) -> View:
        _owned(connection, id, caller)
        change_view(connection, id, body, at=now)
        return view_of(_seen(connection, id, caller), caller)

    return await store.write(work)


@router.delete("/views/{id}", status_code=204, responses=problems(Forbidden, NotFound))
async def delete_view(store: Store, caller: Reader, id: str) -> None:
    """Forget one's own."""

    def work(connection: Connection) -> None:
        _owned(connection, id, caller)
        drop_view(connection, id)

    await store.write(work)


def _seen(connection: Connection, id: str, caller: Caller) -> RowMapping:
    row = view_row(connection, id)
    mine = row is not None and (row["shared"] or row["owner"] == caller.id)
    if row is None or not mine or not caller.may(Permission.SERIES_READ, row["site"]):
        raise NotFound(f"没有视图 {id!r},或未与您共享 · there is no view {id!r}, or nobody has shared it with you")
    return row


def _owned(connection: Connection, id: str, caller: Caller) -> None:
    if _seen(connection, id, caller)["owner"] != caller.id:
        raise Forbidden("这是他人的视图,请另存一份再修改 · this view is somebody else's: save a copy of your own")
