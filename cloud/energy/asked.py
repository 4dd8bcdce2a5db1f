"""What every question about energy says: the site, the days in its own time, the meter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.errors import NotFound, Problem
from cloud.ledger.store import states
from cloud.meters.facts import MeterFacts
from cloud.permissions import Permission
from cloud.sites.store import site_by_id
from cloud.wire import Asked
from facility.energy.intervals import QUARTER
from facility.energy.local_time import midnight
from facility.words import Id

EnergyReader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"


class SiteQuery(Asked):
    """Which site."""

    site: Id


class DaysQuery(SiteQuery):
    """… and which days, both included."""

    first: date
    last: date


class MeterQuery(DaysQuery):
    """… of which meter."""

    meter: str = Field(min_length=1, max_length=64)


def zone_of(connection: Connection, site: str) -> ZoneInfo:
    """The site's time zone; NotFound."""
    row = site_by_id(connection, site)
    if row is None:
        raise NotFound(f"没有站点 {site!r},或您无权查看 · there is no site {site!r}, or you may not see it")
    return ZoneInfo(row["timezone"])


def span_of(zone: ZoneInfo, query: DaysQuery, most: int) -> tuple[int, int]:
    """From the beginning of the first day to the end of the last; Problem where they are too many, or the wrong way."""
    if query.first.year < FIRST_YEAR or query.last.year > LAST_YEAR:
        raise Problem(
            f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间 · "
            f"first={query.first} and last={query.last} must lie between {FIRST_YEAR} and {LAST_YEAR}"
        )
    days = (query.last - query.first).days + 1
    if not 1 <= days <= most:
        raise Problem(
            f"起始日期 {query.first} 不得晚于截止日期 {query.last},最长 {most} 天 · "
            f"first={query.first} must not lie after last={query.last}, and at most {most} days are answered"
        )
    return midnight(zone, query.first), midnight(zone, query.last + timedelta(days=1))


def up_to(now: int, span: tuple[int, int]) -> tuple[int, int]:
    """As far as it has come: what lies ahead is not missing. At least its first quarter hour."""
    start, end = span
    return start, max(min(end, now // QUARTER * QUARTER), start + QUARTER)


def the_meter(meters: Mapping[str, MeterFacts], id: str, site: str) -> MeterFacts:
    """One of them; NotFound."""
    if id not in meters:
        raise NotFound(f"没有表计 {id!r} · there is no meter {id!r} at {site}")
    return meters[id]


def last_readings(connection: Connection, site: str) -> dict[str, int]:
    """When each meter was last read."""
    return {meter: row["last_at"] for meter, row in states(connection, site).items()}
