"""/duty-stations and /sound-tests: the screens of manned posts, and the log of whether their sound was heard."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty.store import posts
from cloud.duty_stations.store import (
    add_station,
    add_test,
    heard_from,
    last_tests,
    remove_station,
    station_by_id,
    stations,
    tests,
)
from cloud.duty_stations.watching import ARMED_FOR, expect, over
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page
from facility.words import Frozen, Id

router = APIRouter(prefix="/api/v1", tags=["duty"])
Reader = Annotated[Caller, Depends(Allow(Permission.DUTY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.DUTY_MANAGE))]
Screen = Annotated[Caller, Depends(Allow(Permission.ALARM_ACKNOWLEDGE, uses=False))]
"""A page that only stands open renews no session by saying that it is there."""
Tester = Annotated[Caller, Depends(Allow(Permission.ALARM_ACKNOWLEDGE))]


class SoundTest(Frozen):
    """One line of the log."""

    id: str
    station: str
    name: str
    post: str
    at: Moment
    by: str
    heard: bool


class DutyStation(Frozen):
    """One screen of a post."""

    id: str
    site: str
    post: str
    name: str
    enrolled_at: Moment
    enrolled_by: str
    seen_at: Moment | None
    """When it last said anything."""
    armed: bool
    """Whether it said in the last 60 s that it would sound."""
    tested: SoundTest | None
    """Its newest sound test."""


class NewStation(Asked):
    """The body of POST /duty-stations: this screen stands at a post from now on."""

    site: Id
    post: Id
    name: str = Field(min_length=1, max_length=64)


class Beat(Asked):
    """The body of POST /duty-stations/{id}/beat, every 15 s."""

    armed: bool


class Heard(Asked):
    """The body of POST /duty-stations/{id}/sound-tests."""

    heard: bool


class StationQuery(Asked):
    """Of which site."""

    site: Id
    limit: int = Field(default=100, ge=1, le=500)


def _test(row: RowMapping | None) -> SoundTest | None:
    return None if row is None else SoundTest.model_validate({n: row[n] for n in SoundTest.model_fields})


def _station(row: RowMapping, test: RowMapping | None, now: int) -> DutyStation:
    told = {name: row[name] for name in ("id", "site", "post", "name", "enrolled_at", "enrolled_by", "seen_at")}
    armed = row["armed_at"] is not None and now - row["armed_at"] < ARMED_FOR
    return DutyStation(**told, armed=armed, tested=_test(test))


def _known(connection: Connection, caller: Caller, permission: Permission, id: str) -> RowMapping:
    row = station_by_id(connection, id)
    if row is None or not caller.may(permission, row["site"]):
        raise NotFound("此终端未登记,请重新登记 · this duty station is not enrolled (any more): enrol it again")
    return row


@router.get("/duty-stations", responses=problems(Forbidden))
async def list_stations(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[StationQuery, Query()]
) -> Page[DutyStation]:
    """The duty stations of a site."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> tuple[DutyStation, ...]:
        tested = last_tests(connection, query.site)
        return tuple(_station(row, tested.get(row["id"]), now) for row in stations(connection, query.site))

    return Page(items=await store.read(work))


@router.post("/duty-stations", status_code=201, responses=problems(Forbidden, Unprocessable))
async def enrol(store: Store, clock: TheClock, caller: Manager, body: NewStation) -> DutyStation:
    """Enrol a screen at a post; from now on it is missed when it is not armed."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> DutyStation:
        if body.post not in posts(connection, body.site):
            raise Unprocessable(f"没有岗位 {body.post!r} · there is no post {body.post!r} at {body.site}")
        id = add_station(connection, body.site, body.post, body.name, caller.name, at=now)
        expect(connection, body.site, body.post, now=now)
        said = Entry("duty_station.enrol", id, body.site, detail=f"{body.post}: {body.name}")
        record(connection, caller, said, at=now)
        return _station(_known(connection, caller, Permission.DUTY_MANAGE, id), None, now)

    return await store.write(work)


@router.delete("/duty-stations/{id}", status_code=204, responses=problems(NotFound))
async def remove(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """It stands there no more."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = _known(connection, caller, Permission.DUTY_MANAGE, id)
        remove_station(connection, id)
        expect(connection, row["site"], row["post"], now=now)
        said = Entry("duty_station.remove", id, row["site"], detail=f"{row['post']}: {row['name']}")
        record(connection, caller, said, at=now)

    await store.write(work)


@router.post("/duty-stations/{id}/beat", status_code=204, responses=problems(NotFound))
async def beat(store: Store, clock: TheClock, caller: Screen, id: str, body: Beat) -> None:
    """The screen is there; armed: it would sound."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = _known(connection, caller, Permission.ALARM_ACKNOWLEDGE, id)
        heard_from(connection, id, armed=body.armed, at=now)
        if body.armed:
            expect(connection, row["site"], row["post"], now=now)
            over(connection, row["site"], row["post"], "normal", now=now)

    await store.write(work)


@router.post("/duty-stations/{id}/sound-tests", status_code=201, responses=problems(NotFound))
async def log_test(store: Store, clock: TheClock, caller: Tester, id: str, body: Heard) -> SoundTest:
    """Somebody tested its sound, and heard it or did not."""
    now = clock.now()

    def work(connection: Connection) -> SoundTest:
        row = _known(connection, caller, Permission.ALARM_ACKNOWLEDGE, id)
        test = add_test(connection, row, caller.name, heard=body.heard, at=now)
        told = {"id": test, "station": id, "name": row["name"], "post": row["post"]}
        return SoundTest.model_validate(told | {"at": now, "by": caller.name, "heard": body.heard})

    return await store.write(work)


@router.get("/sound-tests", responses=problems(Forbidden))
async def list_tests(store: Store, caller: Reader, query: Annotated[StationQuery, Query()]) -> Page[SoundTest]:
    """The log of sound tests, the newest first."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    rows = await store.read(lambda c: tests(c, query.site, query.limit))
    return Page(items=tuple(SoundTest.model_validate({n: row[n] for n in SoundTest.model_fields}) for row in rows))
