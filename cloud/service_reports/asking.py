"""Which month of a site against which profile, asked for by who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller, expect_may
from cloud.errors import NotFound
from cloud.permissions import Permission
from cloud.service_levels.calendar import Span
from cloud.service_levels.profile import Profile
from cloud.service_levels.store import ServiceLevel, profiles, service_level, with_trapped
from cloud.service_reports.report import month_of
from cloud.wire import Asked
from facility.words import Id

Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]


class ReportQuery(Asked):
    """Which month, and against which profile; the site's own where nothing is said."""

    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    profile: Id | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A month of a site as it is to be counted."""

    year: int
    month: int
    span: Span
    level: ServiceLevel
    profile: Profile


def refuse_strangers(caller: Caller, site: str) -> None:
    """Forbidden for who may not read the orders of the site."""
    expect_may(caller, Permission.ORDER_READ, site)


def wanted(connection: Connection, site: str, query: ReportQuery) -> Wanted:
    """NotFound for a profile that the site does not have."""
    year, month = map(int, query.month.split("-"))
    level, known = service_level(connection, site), profiles(connection, site)
    profile = known.get(query.profile or level.profile.id)
    if profile is None:
        raise NotFound(
            f"没有服务档案 {query.profile!r} · there is no profile {query.profile!r}; there are {', '.join(known)}"
        )
    return Wanted(year, month, month_of(level, year, month), level, with_trapped(profile, level.terms))
