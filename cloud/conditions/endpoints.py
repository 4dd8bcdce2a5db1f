"""GET /conditions, /conditions/{equipment}/days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.conditions.daily import machine_day
from cloud.conditions.figure import seen
from cloud.conditions.figures import figures
from cloud.conditions.naming import machine_name
from cloud.conditions.parts import Part, parts_of
from cloud.conditions.schemas import MachineCondition, MachineDay
from cloud.conditions.sets import sets_of
from cloud.conditions.store import KeptDay, kept_days
from cloud.dependencies import Store, TheClock
from cloud.duty.certificates import zone_of
from cloud.equipment.store import equipment_of, equipment_rows
from cloud.errors import Conflict, NotFound, problems
from cloud.lookup import only_one
from cloud.permissions import Permission
from cloud.wire import Asked, Page, one_site
from facility.clock import NS
from facility.equipment_type import System
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["conditions"])
Reader = Annotated[Caller, Depends(Allow(Permission.SERIES_READ))]
Days = dict[tuple[str, tuple[str, str]], list[KeptDay]]
"""(site, (equipment, part)) → its days."""


class ConditionQuery(Asked):
    """Which machines, over how many local days up to today."""

    site: Id | None = None
    system: System | None = None
    equipment: Id | None = None
    days: int = Field(default=30, ge=1, le=400)


class DaysQuery(Asked):
    """Of which site, over how many local days up to today."""

    site: Id | None = None
    days: int = Field(default=30, ge=1, le=400)


@router.get("/conditions")
async def list_conditions(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[ConditionQuery, Query()]
) -> Page[MachineCondition]:
    """Each machine with its figures: use, efficiency, wear, availability; each with its rule and evidence."""
    among, now = one_site(caller.sites(Permission.SERIES_READ), query.site), clock.now()
    return Page(items=await store.read(lambda c: _conditions(c, among, query, now)))


@router.get("/conditions/{equipment}/days", responses=problems(NotFound, Conflict))
async def list_condition_days(
    store: Store, clock: TheClock, caller: Reader, equipment: Id, query: Annotated[DaysQuery, Query()]
) -> Page[MachineDay]:
    """One equipment day by day, each of its machines by itself; a local day has 23 to 25 hours."""
    among, now = one_site(caller.sites(Permission.SERIES_READ), query.site), clock.now()

    def work(connection: Connection) -> tuple[MachineDay, ...]:
        row = only_one(equipment_rows(connection, among, id=equipment), "equipment", equipment)
        first, last = _span(connection, row["site"], query.days, now)
        kept = kept_days(connection, frozenset({row["site"]}), first, last, equipment)
        return tuple(machine_day(each) for each in kept)

    return Page(items=await store.read(work))


def _span(connection: Connection, site: str, days: int, now: int) -> tuple[date, date]:
    today = datetime.fromtimestamp(now // NS, UTC).astimezone(zone_of(connection, site)).date()
    return today - timedelta(days=days - 1), today


def _conditions(
    connection: Connection, among: frozenset[str] | None, query: ConditionQuery, now: int
) -> tuple[MachineCondition, ...]:
    rows = equipment_rows(connection, among, system=query.system)
    parts = [part for row in rows for part in parts_of(row["site"], equipment_of(row["body"]))]
    spans = {site: _span(connection, site, query.days, now) for site in {part.site for part in parts}}
    days: Days = defaultdict(list)
    for site, (first, last) in spans.items():
        for each in kept_days(connection, frozenset({site}), first, last):
            days[site, each.key].append(each)
    together = sets_of(parts)
    return tuple(
        _condition(part, days, together, spans[part.site])
        for part in parts
        if query.equipment in (None, part.equipment.id)
    )


def _condition(
    part: Part,
    days: Mapping[tuple[str, tuple[str, str]], Sequence[KeptDay]],
    together: Mapping[tuple[str, tuple[str, str]], Sequence[Part]],
    span: tuple[date, date],
) -> MachineCondition:
    mine = days.get((part.site, part.key), ())
    of_set = [(each, days.get((each.site, each.key), ())) for each in together.get((part.site, part.key), ())]
    means = part.equipment
    return MachineCondition(
        site=part.site,
        equipment=means.id,
        part=part.name,
        name=machine_name(part),
        type=means.type,
        type_name=means.type_name,
        system=means.system.value,
        place=means.place,
        first=span[0],
        last=span[1],
        days=len(mine),
        as_of=max((day.until for day in mine), default=None),
        restated=sum(day.restated for day in mine),
        figures=figures(seen(part, mine, of_set)),
    )
