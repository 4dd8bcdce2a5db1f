"""/rooms: the desk finds who calls, and keeps the register of rooms; names and telephones are for the desk only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.rooms.schemas import Room, Rooms, TakenRooms
from cloud.rooms.store import RoomFacts, find_rooms, put_room, remove_room
from cloud.sites.store import places
from cloud.wire import Asked, Page
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["rooms"])
Desk = Annotated[Caller, Depends(Allow(Permission.ORDER_DISPATCH))]


class RoomQuery(Asked):
    """Which rooms: by number, name or telephone; all where nothing is said."""

    site: Id
    q: str = Field(default="", max_length=64)
    limit: int = Field(default=10, ge=1, le=500)


class OfSite(Asked):
    """Of which site."""

    site: Id


@router.get("/rooms", responses=problems(Forbidden))
async def list_rooms(store: Store, caller: Desk, query: Annotated[RoomQuery, Query()]) -> Page[Room]:
    """The exact number first, then those that begin so, then names and telephones."""
    expect_may(caller, Permission.ORDER_DISPATCH, query.site)
    rows = await store.read(lambda c: find_rooms(c, query.site, query.q, query.limit))
    return Page(items=tuple(Room(**{name: row[name] for name in Room.model_fields}) for row in rows))


@router.put("/rooms", responses=problems(Forbidden, Unprocessable))
async def write_rooms(store: Store, clock: TheClock, caller: Desk, body: Rooms) -> TakenRooms:
    """Rooms that are new or changed, all of them or none; the others stay."""
    expect_may(caller, Permission.ORDER_DISPATCH, body.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        known = {place["id"] for place in places(connection, body.site)}
        if strange := sorted({room.place for room in body.rooms if room.place is not None} - known):
            raise Unprocessable(f"没有位置 {strange[0]!r} · there is no place {strange[0]!r} at {body.site}")
        for room in body.rooms:
            put_room(connection, body.site, RoomFacts(**room.model_dump()), caller.name, now=now)
        record(connection, caller, Entry("rooms.put", "", body.site, detail=f"{len(body.rooms)}"), at=now)

    await store.write(work)
    return TakenRooms(rooms=len(body.rooms))


@router.delete("/rooms/{number}", status_code=204, responses=problems(Forbidden, NotFound))
async def delete_room(
    store: Store, clock: TheClock, caller: Desk, number: str, query: Annotated[OfSite, Query()]
) -> None:
    """Forget a room and who lives there; its orders stay."""
    expect_may(caller, Permission.ORDER_DISPATCH, query.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        if not remove_room(connection, query.site, number):
            raise NotFound(f"没有房间 {number!r} · there is no room {number!r} at {query.site}")
        record(connection, caller, Entry("room.remove", number, query.site), at=now)

    await store.write(work)
