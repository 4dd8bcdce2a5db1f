"""/qr-codes: made and replaced by who keeps the register, looked up by who is logged in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, NotFound, problems
from cloud.permissions import Permission
from cloud.qr_codes.naming import Names, named_codes
from cloud.qr_codes.schemas import CodeSpot, QrCode, ReplacedCode, WantedCodes
from cloud.qr_codes.store import Spot, make_codes, retire, spot_of
from cloud.wire import Asked, Page
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["qr codes"])
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]
Reader = Annotated[Caller, Depends(Allow(Permission.EQUIPMENT_READ))]


class OfSite(Asked):
    """Of which site."""

    site: Id


def manages(caller: Caller, site: str) -> None:
    """Forbidden for who does not keep the register of the site."""
    expect_may(caller, Permission.SERVICE_MANAGE, site)


@router.get("/qr-codes", responses=problems(Forbidden))
async def list_qr_codes(store: Store, caller: Manager, query: Annotated[OfSite, Query()]) -> Page[QrCode]:
    """The valid codes of a site."""
    manages(caller, query.site)
    return Page(items=tuple(await store.read(lambda c: named_codes(c, query.site))))


@router.post("/qr-codes", responses=problems(Forbidden, NotFound))
async def make_qr_codes(store: Store, clock: TheClock, caller: Manager, body: WantedCodes) -> Page[QrCode]:
    """A code for each that has none yet; all codes of the site are answered."""
    manages(caller, body.site)
    now = clock.now()

    def work(connection: Connection) -> tuple[QrCode, ...]:
        names = Names(connection, body.site)
        equipment = [Spot(body.site, "equipment", id) for id in body.equipment]
        wanted = [*equipment, *(Spot(body.site, "place", id) for id in body.places)]
        for spot in wanted:
            _there(names, spot)
        made = make_codes(connection, wanted or names.spots(), caller.name, now)
        if made:
            record(connection, caller, Entry("qr_code.make", "", body.site, detail=str(made)), at=now)
        return tuple(named_codes(connection, body.site))

    return Page(items=await store.write(work))


@router.post("/qr-codes/replace", responses=problems(Forbidden, NotFound))
async def replace_qr_code(store: Store, clock: TheClock, caller: Manager, body: ReplacedCode) -> QrCode:
    """The old one was lost or copied: it counts no more, from now on."""
    manages(caller, body.site)
    now = clock.now()
    kind = "equipment" if body.equipment is not None else "place"
    spot = Spot(body.site, "equipment" if kind == "equipment" else "place", body.equipment or body.place or "")

    def work(connection: Connection) -> QrCode:
        _there(Names(connection, body.site), spot)
        retire(connection, spot, now)
        make_codes(connection, [spot], caller.name, now)
        record(connection, caller, Entry("qr_code.replace", spot.ref, body.site, detail=spot.kind), at=now)
        found = named_codes(connection, body.site)
        return next(each for each in found if (each.kind, each.ref) == (spot.kind, spot.ref))

    return await store.write(work)


@router.get("/qr-codes/{id}", responses=problems(NotFound))
async def look_up_qr_code(store: Store, caller: Reader, id: str) -> CodeSpot:
    """What a code hangs at: the code, with or without dashes, or the whole address."""

    def work(connection: Connection) -> CodeSpot:
        spot = spot_of(connection, id)
        told = Names(connection, spot.site).of(spot) if spot is not None else None
        if spot is None or told is None or not caller.may(Permission.EQUIPMENT_READ, spot.site):
            raise NotFound("二维码无效或已更换 · this code is unknown or was replaced: read it again")
        return CodeSpot(site=spot.site, kind=spot.kind, ref=spot.ref, name=told[0], where=told[1])

    return await store.read(work)


def _there(names: Names, spot: Spot) -> None:
    if names.of(spot) is None:
        zh = "设备" if spot.kind == "equipment" else "位置"
        raise NotFound(f"没有{zh} {spot.ref!r} · there is no {spot.kind} {spot.ref!r} at {spot.site}")
