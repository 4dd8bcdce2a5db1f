"""GET /sites: names, time zone, places, systems."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.equipment.store import systems
from cloud.errors import NotFound, problems
from cloud.permissions import Permission
from cloud.sites.store import places, set_address, sites
from cloud.wire import Asked, Page
from facility.places import FlatPlace
from facility.words import Frozen, Text

router = APIRouter(prefix="/api/v1", tags=["sites"])


class Address(Asked):
    """The body of PUT /sites/{id}/address."""

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class Site(Frozen):
    """One site."""

    id: str
    name: Text
    timezone: str
    address: Text | None
    """As the fire brigade is told it; null until somebody has written it."""
    places: tuple[FlatPlace, ...]
    """Parents first."""
    systems: tuple[str, ...]
    """The systems that have equipment here."""


def _read(connection: Connection, among: frozenset[str] | None) -> tuple[Site, ...]:
    return tuple(
        Site(
            id=row["id"],
            name=Text(zh=row["name_zh"], en=row["name_en"]),
            timezone=row["timezone"],
            address=Text(zh=row["address_zh"], en=row["address_en"]) if row["address_zh"] else None,
            systems=tuple(systems(connection, row["id"])),
            places=tuple(FlatPlace.model_validate(dict(place)) for place in places(connection, row["id"])),
        )
        for row in sites(connection, among)
    )


@router.get("/sites")
async def list_sites(store: Store, caller: Annotated[Caller, Depends(Allow(Permission.SITE_READ))]) -> Page[Site]:
    """The sites that the caller may see."""
    among = caller.sites(Permission.SITE_READ)
    return Page(items=await store.read(lambda c: _read(c, among)))


@router.put("/sites/{id}/address", status_code=204, responses=problems(NotFound))
async def put_address(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.SITE_MANAGE))],
    id: str,
    body: Address,
) -> None:
    """Say where the estate is: the first fact of a call to 119."""
    now = clock.now()

    def work(connection: Connection) -> None:
        if not caller.may(Permission.SITE_MANAGE, id) or not set_address(connection, id, body.zh, body.en):
            raise NotFound(f"没有站点 {id!r},或您无权修改 · there is no site {id!r}, or you may not change it")
        record(connection, caller, Entry("site.address", id, id, detail=body.zh), at=now)

    await store.write(work)
