"""/holidays/{site}: the days on which no clock runs, and those on which people work in exchange (调休)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, Unprocessable, problems
from cloud.holidays.days import changed, in_force
from cloud.permissions import Permission
from cloud.service_levels.calendar import local
from cloud.service_levels.store import put_terms, service_level
from cloud.wire import Asked
from facility.words import Frozen, Id

router = APIRouter(prefix="/api/v1", tags=["service levels"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]
Days = Annotated[tuple[date, ...], Field(max_length=1_000)]


class Holidays(Frozen):
    """The days of the calendar that holds now, in local dates."""

    holidays: tuple[date, ...]
    working_days: tuple[date, ...]
    today: date
    """From this day on they can be changed."""


class NewHolidays(Asked):
    """The body of PUT /holidays/{site}: all days, past ones as they are."""

    holidays: Days = ()
    working_days: Days = ()


def _read(connection: Connection, site: str, now: int) -> Holidays:
    level = service_level(connection, site)
    held = in_force(level.terms, now)
    today = local(level.calendars.zone, now).date()
    return Holidays(
        holidays=tuple(sorted(held.holidays)), working_days=tuple(sorted(held.working_days)), today=today
    )  # fmt: skip


@router.get("/holidays/{site}", responses=problems(Forbidden))
async def get_holidays(store: Store, clock: TheClock, caller: Reader, site: Id) -> Holidays:
    """As they hold now."""
    expect_may(caller, Permission.ORDER_READ, site)
    return await store.read(lambda c: _read(c, site, clock.now()))


@router.put("/holidays/{site}", responses=problems(Forbidden, Unprocessable))
async def set_holidays(store: Store, clock: TheClock, caller: Manager, site: Id, body: NewHolidays) -> Holidays:
    """From today on; a past day that differs is refused."""
    expect_may(caller, Permission.SERVICE_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> Holidays:
        level = service_level(connection, site)
        today = local(level.calendars.zone, now).date()
        terms = changed(level.terms, body.holidays, body.working_days, today, now)
        put_terms(connection, site, terms, now=now)
        record(connection, caller, Entry("holidays.put", site, site, detail=body.model_dump_json()), at=now)
        return _read(connection, site, now)

    return await store.write(work)
