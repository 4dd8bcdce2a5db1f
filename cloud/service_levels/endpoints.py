"""/service-levels: what is promised at a site, its calendars, and its own contracts beside the profiles that ship."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, Unprocessable, problems
from cloud.permissions import Permission
from cloud.service_levels.profile import SHIPPED, Profile
from cloud.service_levels.store import Terms, profiles, put_profile, put_terms, service_level
from facility.words import Frozen, Id

router = APIRouter(prefix="/api/v1", tags=["service levels"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]


class ServiceLevels(Frozen):
    """What holds at a site, and what it may choose from."""

    terms: Terms
    profiles: tuple[Profile, ...]


@router.get("/service-levels/{site}", responses=problems(Forbidden))
async def get_service_levels(store: Store, caller: Reader, site: Id) -> ServiceLevels:
    """The terms, and all profiles."""
    expect_may(caller, Permission.ORDER_READ, site)

    def work(connection: Connection) -> ServiceLevels:
        found = service_level(connection, site)
        return ServiceLevels(terms=found.terms, profiles=tuple(profiles(connection, site).values()))

    return await store.read(work)


@router.put("/service-levels/{site}", status_code=204, responses=problems(Forbidden, Unprocessable))
async def set_terms(store: Store, clock: TheClock, caller: Manager, site: Id, body: Terms) -> None:
    """Choose the profile, the calendars, the hold time, and the days within which a fault re-opens its order."""
    expect_may(caller, Permission.SERVICE_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        if body.profile not in profiles(connection, site):
            raise Unprocessable(f"没有服务标准 {body.profile!r} · there is no profile {body.profile!r}: add it first")
        put_terms(connection, site, body, now=now)
        record(connection, caller, Entry("service.terms", site, site, detail=body.model_dump_json()), at=now)

    await store.write(work)


@router.put("/service-levels/{site}/profiles/{id}", status_code=204, responses=problems(Forbidden, Conflict))
async def write_profile(store: Store, clock: TheClock, caller: Manager, site: Id, id: Id, body: Profile) -> None:
    """A site's own contract."""
    expect_may(caller, Permission.SERVICE_MANAGE, site)
    if id in SHIPPED or id != body.id:
        raise Conflict(
            f"{id!r} 为随附档案,或与内容中的编号不一致:请自取一个编号,两处相同 · "
            f"{id!r} ships with Gatehouse, or is not the body's id: choose an id of your own for both"
        )
    now = clock.now()

    def work(connection: Connection) -> None:
        put_profile(connection, site, body, now=now)
        record(connection, caller, Entry("service.profile", id, site, detail=body.model_dump_json()), at=now)

    await store.write(work)
