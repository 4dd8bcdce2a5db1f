"""GET /sites: names, time zone, places, systems."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.equipment.store import systems
from cloud.permissions import Permission
from cloud.sites.store import places, sites
from cloud.wire import Page
from facility.places import FlatPlace
from facility.words import Frozen, Text

router = APIRouter(prefix="/api/v1", tags=["sites"])


class Site(Frozen):
    """One site."""

    id: str
    name: Text
    timezone: str
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
