"""/energy-settings/{site}: areas, factors, holidays, and the outdoor temperature by the hour."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.energy_settings.ground import refuse_strangers
from cloud.energy_settings.schemas import EnergySettings, Taken, TemperatureHours, Temperatures
from cloud.energy_settings.store import HOUR, keep_temperatures, put_settings, settings_of
from cloud.energy_settings.weather import read_csv, temperatures
from cloud.errors import Forbidden, Problem, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment
from facility.energy.factor import Factor, shipped_factors
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]
Recorder = Annotated[Caller, Depends(Allow(Permission.ENERGY_RECORD))]


class HoursQuery(Asked):
    """Which hours."""

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


@router.get("/energy-factors")
async def list_factors(caller: Reader) -> tuple[Factor, ...]:  # noqa: ARG001 - who asks is checked
    """The factors that ship, each with its source."""
    return shipped_factors()


@router.get("/energy-settings/{site}", responses=problems(Forbidden))
async def get_energy_settings(store: Store, caller: Reader, site: Id) -> EnergySettings:
    """What is set."""
    refuse_strangers(caller, Permission.ENERGY_READ, site)
    return await store.read(lambda c: settings_of(c, site))


@router.put("/energy-settings/{site}", status_code=204, responses=problems(Forbidden))
async def set_energy_settings(store: Store, clock: TheClock, caller: Manager, site: Id, body: EnergySettings) -> None:
    """All of it anew; figures of the past follow areas and factors, each factor from its own day on."""
    refuse_strangers(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        put_settings(connection, site, body, by=caller.name, now=now)
        detail = body.model_dump_json(by_alias=True, exclude_defaults=True)
        record(connection, caller, Entry("energy.settings", site, site, detail=detail), at=now)

    await store.write(work)


@router.get("/energy-settings/{site}/temperatures", responses=problems(Forbidden, Unprocessable))
async def get_temperatures(
    request: Request, store: Store, caller: Reader, site: Id, query: Annotated[HoursQuery, Query()]
) -> Temperatures:
    """Each hour's mean, and who knew it."""
    refuse_strangers(caller, Permission.ENERGY_READ, site)
    start, end = query.start // HOUR * HOUR, -(-query.end // HOUR) * HOUR
    if not 0 <= start < end or end - start > 800 * 24 * HOUR:
        raise Unprocessable("起止时间不对 · `from` must lie before `to`, at most 800 days")
    told, source = await temperatures(store, request.app.state.historian, site, start, end)
    celsius = tuple(None if value != value else round(float(value), 2) for value in told)  # noqa: PLR0124 - NaN
    return Temperatures.model_validate({"from": start, "source": source, "celsius": celsius})


@router.post("/energy-settings/{site}/temperatures", responses=problems(Forbidden, Unprocessable))
async def send_temperatures(store: Store, clock: TheClock, caller: Recorder, site: Id, body: TemperatureHours) -> Taken:
    """Hours from any program that knows the weather; several of one hour are its mean, sent again replaces."""
    refuse_strangers(caller, Permission.ENERGY_RECORD, site)
    found: dict[int, list[float]] = {}
    for hour in body.hours:
        found.setdefault(hour.at // HOUR, []).append(hour.temperature)
    return await _kept(store, clock, caller, site, {hour: sum(v) / len(v) for hour, v in found.items()})


@router.post("/energy-settings/{site}/temperatures/csv", responses=problems(Forbidden, Unprocessable, Problem))
async def import_temperatures(
    store: Store,
    clock: TheClock,
    caller: Recorder,
    site: Id,
    body: Annotated[bytes, Body(media_type="text/csv", max_length=4_000_000)],
) -> Taken:
    """Lines `time,temperature` with a zone; nothing is taken where one line can't be read."""
    refuse_strangers(caller, Permission.ENERGY_RECORD, site)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unprocessable("文件不是 UTF-8 · the file is not UTF-8: save it so") from None
    return await _kept(store, clock, caller, site, read_csv(text))


async def _kept(store: Store, clock: TheClock, caller: Caller, site: str, hours: dict[int, float]) -> Taken:
    now = clock.now()

    def work(connection: Connection) -> None:
        keep_temperatures(connection, site, hours)
        record(connection, caller, Entry("energy.temperatures", site, site, detail=f"{len(hours)} hours"), at=now)

    await store.write(work)
    return Taken(hours=len(hours))
