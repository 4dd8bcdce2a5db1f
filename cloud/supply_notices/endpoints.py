"""/supply-notices: announced by the desk, read by everybody of the site; what a stop touches is proposed."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.equipment.store import owners
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.sites.store import places
from cloud.supply_notices.schemas import NewNotice, NoticeChange, Supply, SupplyNotice, Touched, Withdrawal
from cloud.supply_notices.store import (
    add_notice,
    change_notice,
    notice_by_id,
    notices,
    restore,
    state_of,
    withdraw,
)
from cloud.supply_notices.touching import touched
from cloud.wire import Asked, Page, one_site
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["supply notices"])
Desk = Annotated[Caller, Depends(Allow(Permission.ORDER_DISPATCH))]
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]
NO = problems(Forbidden, NotFound, Conflict, Unprocessable)


class NoticeQuery(Asked):
    """Which notices."""

    site: str | None = None
    open: bool | None = None
    limit: int = Field(default=100, ge=1, le=500)


class TouchedQuery(Asked):
    """Which supply, where."""

    site: Id
    kind: Supply
    place: list[Id] = Field(min_length=1, max_length=500)


@router.get("/supply-notices")
async def list_notices(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[NoticeQuery, Query()]
) -> Page[SupplyNotice]:
    """The latest start first."""
    sites = one_site(caller.sites(Permission.ORDER_READ), query.site)
    rows = await store.read(lambda c: notices(c, sites, still=query.open, limit=query.limit))
    return Page(items=tuple(_notice(row, clock.now()) for row in rows))


@router.get("/supply-notices/touched", responses=problems(Forbidden))
async def get_touched(store: Store, caller: Reader, query: Annotated[TouchedQuery, Query()]) -> Touched:
    """The meters, lifts and plant that a stop there touches, and how many rooms."""
    expect_may(caller, Permission.ORDER_READ, query.site)
    return await store.read(lambda c: touched(c, query.site, query.kind, query.place))


@router.post("/supply-notices", status_code=201, responses=NO)
async def announce(store: Store, clock: TheClock, caller: Desk, body: NewNotice) -> SupplyNotice:
    """停水停电通知."""
    expect_may(caller, Permission.ORDER_DISPATCH, body.site)
    now = clock.now()

    def work(connection: Connection) -> SupplyNotice:
        _known(connection, body.site, body)
        id = add_notice(connection, body, caller.name, now=now)
        record(connection, caller, Entry("supply.announce", id, body.site, detail=body.kind), at=now)
        return _notice(_row(connection, id, caller), now)

    return await store.write(work)


@router.put("/supply-notices/{id}", responses=NO)
async def change(store: Store, clock: TheClock, caller: Desk, id: str, body: NoticeChange) -> SupplyNotice:
    """Another time, place or reason."""
    now = clock.now()

    def work(connection: Connection) -> SupplyNotice:
        row = _row(connection, id, caller)
        _known(connection, row["site"], body)
        change_notice(connection, row, body, now=now)
        record(connection, caller, Entry("supply.change", id, row["site"], detail=body.model_dump_json()), at=now)
        return _notice(_row(connection, id, caller), now)

    return await store.write(work)


@router.post("/supply-notices/{id}/restored", responses=NO)
async def say_restored(store: Store, clock: TheClock, caller: Desk, id: str) -> SupplyNotice:
    """恢复供应: it is back now."""
    now = clock.now()

    def work(connection: Connection) -> SupplyNotice:
        row = _row(connection, id, caller)
        restore(connection, row, now=now)
        record(connection, caller, Entry("supply.restored", id, row["site"]), at=now)
        return _notice(_row(connection, id, caller), now)

    return await store.write(work)


@router.post("/supply-notices/{id}/withdraw", responses=NO)
async def withdraw_notice(store: Store, clock: TheClock, caller: Desk, id: str, body: Withdrawal) -> SupplyNotice:
    """撤回: it does not take place."""
    now = clock.now()

    def work(connection: Connection) -> SupplyNotice:
        row = _row(connection, id, caller)
        withdraw(connection, row, body.reason, now=now)
        record(connection, caller, Entry("supply.withdraw", id, row["site"], detail=body.reason), at=now)
        return _notice(_row(connection, id, caller), now)

    return await store.write(work)


def _known(connection: Connection, site: str, body: NoticeChange) -> None:
    known = {place["id"] for place in places(connection, site)}
    if strange := sorted(set(body.places) - known):
        raise Unprocessable(f"没有位置 {strange[0]!r} · there is no place {strange[0]!r} at {site}")
    if strange := sorted(set(body.equipment) - set(owners(connection, site, body.equipment))):
        raise Unprocessable(f"没有设备 {strange[0]!r} · there is no equipment {strange[0]!r} at {site}")


def _row(connection: Connection, id: str, caller: Caller) -> RowMapping:
    row = notice_by_id(connection, id)
    if row is None or not caller.may(Permission.ORDER_DISPATCH, row["site"]):
        raise NotFound(f"没有通知 {id!r} · there is no notice {id!r}")
    return row


def _notice(row: RowMapping, now: int) -> SupplyNotice:
    told = {**row, "state": state_of(row, now)}
    return SupplyNotice.model_validate(
        told | {"places": orjson.loads(row["places"]), "equipment": orjson.loads(row["equipment"])}
    )
