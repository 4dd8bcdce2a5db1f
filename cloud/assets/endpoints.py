"""GET /assets, PUT /assets/{equipment}: the equipment register."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from cloud.assets import register
from cloud.assets.schemas import Asset, NewAsset
from cloud.assets.store import assets, fields_of, put_assets
from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.equipment.store import row_of
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.users.store import user_by_name
from cloud.wire import Page, one_site
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["assets"])
Reader = Annotated[Caller, Depends(Allow(Permission.EQUIPMENT_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]


@router.get("/assets")
async def list_assets(store: Store, caller: Reader, site: str | None = None) -> Page[Asset]:
    """By site and equipment."""
    sites = one_site(caller.sites(Permission.EQUIPMENT_READ), site)
    rows = await store.read(lambda c: assets(c, sites))
    return Page(items=tuple(Asset.model_validate(fields_of(row)) for row in rows))


@router.put("/assets/{equipment}", status_code=204, responses=problems(Forbidden, NotFound, Unprocessable))
async def write_asset(store: Store, clock: TheClock, caller: Manager, equipment: Id, body: NewAsset) -> None:
    """Write a line of the register."""
    expect_may(caller, Permission.SERVICE_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        if row_of(connection, body.site, equipment, removed=True) is None:
            raise NotFound(f"没有设备 {equipment!r} · there is no equipment {equipment!r} at {body.site}")
        if body.contractor is not None and user_by_name(connection, body.contractor) is None:
            raise Unprocessable(f"没有用户 {body.contractor!r} · there is no user {body.contractor!r}: add it first")
        put_assets(connection, body.site, {equipment: body.facts}, now=now)
        record(connection, caller, Entry("asset.put", equipment, body.site, detail=body.model_dump_json()), at=now)

    await store.write(work)


router.include_router(register.router)
