"""/energy-settings/{site}: areas, factors, holidays, and the outdoor temperature by the hour."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy_settings.checking import check_settings
from cloud.energy_settings.ground import energy_site
from cloud.energy_settings.schemas import (
    AreasOnly,
    EnergySettings,
    FactorsOnly,
    HeldSettings,
    NewSettings,
    Part,
    Taken,
    TemperatureHours,
    Temperatures,
    WeatherOnly,
)
from cloud.energy_settings.store import HOUR, keep_temperatures, put_settings, settings_of
from cloud.energy_settings.temperature_file import read_temperatures
from cloud.energy_settings.versions import refuse_stale, with_versions
from cloud.energy_settings.weather import temperatures
from cloud.errors import Conflict, Forbidden, Problem, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment
from facility.clock import iso
from facility.energy.factor import Factor, shipped_factors
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]
Recorder = Annotated[Caller, Depends(Allow(Permission.ENERGY_RECORD))]
REFUSALS = problems(Forbidden, Conflict, Unprocessable)


class HoursQuery(Asked):
    """Which hours."""

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


class FileQuery(Asked):
    """How a file is taken."""

    dry_run: bool = False
    """Only say what it would bring."""


@router.get("/energy-factors")
async def list_factors(caller: Reader) -> tuple[Factor, ...]:  # noqa: ARG001 - who asks is checked
    """The factors that ship, each with its source."""
    return shipped_factors()


@router.get("/energy-settings/{site}", responses=problems(Forbidden))
async def get_energy_settings(store: Store, caller: Reader, site: Id) -> HeldSettings:
    """What is set, with the versions that a change of it names."""
    expect_may(caller, Permission.ENERGY_READ, site)
    return with_versions(await store.read(lambda c: settings_of(c, site)))


@router.put("/energy-settings/{site}", status_code=204, responses=REFUSALS)
async def set_energy_settings(store: Store, clock: TheClock, caller: Manager, site: Id, body: NewSettings) -> None:
    """All of it anew; figures of the past follow areas and factors, each factor from its own day on."""
    await _change(store, clock, caller, site, body)


@router.put("/energy-settings/{site}/areas", status_code=204, responses=REFUSALS)
async def set_areas(store: Store, clock: TheClock, caller: Manager, site: Id, body: AreasOnly) -> None:
    """m² of the site (under its own id) and of its places, before those of the inventory; all else stays."""
    await _change(store, clock, caller, site, body)


@router.put("/energy-settings/{site}/factors", status_code=204, responses=REFUSALS)
async def set_factors(store: Store, clock: TheClock, caller: Manager, site: Id, body: FactorsOnly) -> None:
    """The site's own factors, before the shipped ones; all else stays."""
    await _change(store, clock, caller, site, body)


@router.put("/energy-settings/{site}/weather", status_code=204, responses=REFUSALS)
async def set_weather(store: Store, clock: TheClock, caller: Manager, site: Id, body: WeatherOnly) -> None:
    """Which equipment knows the outdoor temperature; all else stays."""
    await _change(store, clock, caller, site, body)


async def _change(store: Store, clock: TheClock, caller: Caller, site: str, body: NewSettings | Part) -> None:
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        held = settings_of(connection, site)
        refuse_stale(held, body)
        names = type(body).model_fields.keys() & EnergySettings.model_fields.keys()
        asked = held.model_copy(update={name: getattr(body, name) for name in names})
        check_settings(connection, site, asked, held)
        put_settings(connection, site, asked, by=caller.name, now=now)
        detail = body.model_dump_json(by_alias=True, exclude_defaults=True, exclude={"version", "versions"})
        record(connection, caller, Entry("energy.settings", site, site, detail=detail), at=now)

    await store.write(work)


@router.get("/energy-settings/{site}/temperatures", responses=problems(Forbidden, Unprocessable))
async def get_temperatures(
    request: Request, store: Store, caller: Reader, site: Id, query: Annotated[HoursQuery, Query()]
) -> Temperatures:
    """Each hour's mean, and who knew it."""
    expect_may(caller, Permission.ENERGY_READ, site)
    start, end = query.start // HOUR * HOUR, -(-query.end // HOUR) * HOUR
    if not 0 <= start < end or end - start > 800 * 24 * HOUR:
        raise Unprocessable("起止时间不对 · `from` must lie before `to`, at most 800 days")
    told, source = await temperatures(store, request.app.state.historian, site, start, end)
    celsius = tuple(None if value != value else round(float(value), 2) for value in told)  # noqa: PLR0124 - NaN
    return Temperatures.model_validate({"from": start, "source": source, "celsius": celsius})


@router.post("/energy-settings/{site}/temperatures", responses=problems(Forbidden, Unprocessable))
async def send_temperatures(store: Store, clock: TheClock, caller: Recorder, site: Id, body: TemperatureHours) -> Taken:
    """Hours from any program that knows the weather; several of one hour are its mean, sent again replaces."""
    expect_may(caller, Permission.ENERGY_RECORD, site)
    found: dict[int, list[float]] = {}
    for hour in body.hours:
        found.setdefault(hour.at // HOUR, []).append(hour.temperature)
    hours = {hour: sum(v) / len(v) for hour, v in found.items()}
    return await _kept(store, clock, caller, site, hours, dry_run=False)


@router.post("/energy-settings/{site}/temperatures/csv", responses=problems(Forbidden, Unprocessable, Problem))
async def import_temperatures(
    store: Store,
    clock: TheClock,
    caller: Recorder,
    site: Id,
    query: Annotated[FileQuery, Query()],
    body: Annotated[bytes, Body(media_type="text/csv", max_length=4_000_000)],
) -> Taken:
    """Lines `time,temperature`; nothing is taken where one line can't be read, and every mistake has its line."""
    expect_may(caller, Permission.ENERGY_RECORD, site)
    zone = (await store.read(lambda c: energy_site(c, site))).zone
    hours = await asyncio.to_thread(read_temperatures, body, zone)
    return await _kept(store, clock, caller, site, hours, dry_run=query.dry_run)


async def _kept(
    store: Store, clock: TheClock, caller: Caller, site: str, hours: dict[int, float], *, dry_run: bool
) -> Taken:
    now = clock.now()
    taken = Taken(hours=len(hours), first=min(hours) * HOUR, last=max(hours) * HOUR, dry_run=dry_run)
    if taken.last > now + HOUR:
        raise Unprocessable(f"时间在将来:{iso(taken.last)} · {iso(taken.last)} has not come yet: is the zone right?")
    if dry_run:
        return taken

    def work(connection: Connection) -> None:
        keep_temperatures(connection, site, hours)
        record(connection, caller, Entry("energy.temperatures", site, site, detail=f"{len(hours)} hours"), at=now)

    await store.write(work)
    return taken
