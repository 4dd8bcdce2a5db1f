"""The terms of a site: its profile, calendars, hold time and days for a repeat; out of the store and into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from sqlalchemy import Connection, delete, insert, select

from cloud.service_levels.calendar import Calendars, DatedCalendar
from cloud.service_levels.profile import ESTATE, LIFT_RULES, SHIPPED, Profile, Promise, Share, Within
from cloud.service_levels.tables import SERVICE_PROFILE, SERVICE_TERMS
from cloud.sites.tables import SITE
from cloud.wire import Asked
from facility.clock import NS
from facility.words import Id, Text
from facility.work_order import ClockName

TRAPPED: Final = Text(zh="困人时维保单位到场", en="Contractor on site when somebody is trapped")


class Terms(Asked):
    """What holds at a site."""

    profile: Id = ESTATE.id
    hold: float = Field(default=600, ge=0, le=86_400)
    """Seconds for which the device's points must be normal."""
    again_within: int = Field(default=7, ge=0, le=365)
    """Days within which the same fault re-opens its order."""
    trapped_within: int = Field(default=1_800, gt=0, le=86_400)
    """Seconds until the contractor is on site when somebody is trapped: 30 min in prefecture-level cities, or 1 h."""
    call_back_share: float | None = Field(default=None, gt=0, le=1)
    """How many of the customers' orders are drawn for a call-back; null, and never less: what the profile promises."""
    calendars: tuple[DatedCalendar, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _in_order(self) -> Terms:
        starts = [each.start for each in self.calendars]
        if starts != sorted(set(starts)):
            raise ValueError(
                "日历按生效时间排列,不得重复 · the calendars stand in the order of their `from`, no two at the same"
            )
        return self


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """All that the clocks of a site's orders need."""

    terms: Terms
    profile: Profile
    calendars: Calendars

    @property
    def hold(self) -> int:
        """In ns."""
        return round(self.terms.hold * NS)

    @property
    def call_back_share(self) -> float:
        """How many of the customers' orders are drawn for a call-back; never less than is promised."""
        promised = [
            p.share for p in self.profile.promises if p.clock is ClockName.CALL_BACK and isinstance(p.target, Share)
        ]
        return max([self.terms.call_back_share or 0.0, *promised]) or 1.0


def service_level(connection: Connection, site: str) -> ServiceLevel:
    """What holds now; the estate promise where nothing was said."""
    body = connection.execute(select(SERVICE_TERMS.c.body).where(SERVICE_TERMS.c.site == site)).scalar_one_or_none()
    zone = connection.execute(select(SITE.c.timezone).where(SITE.c.id == site)).scalar_one_or_none()
    terms = _terms(body) if body is not None else Terms()
    profile = profiles(connection, site).get(terms.profile, ESTATE)
    return ServiceLevel(
        terms, with_trapped(profile, terms), Calendars(ZoneInfo(zone or "Asia/Shanghai"), terms.calendars)
    )


def with_trapped(profile: Profile, terms: Terms) -> Profile:
    """A profile and what the law promises who is trapped, unless the profile has its own word on it."""
    if any("trapped" in promise.faults for promise in profile.promises):
        return profile
    within = Within(seconds=terms.trapped_within)
    trapped = Promise(id="trapped", name=TRAPPED, clock=ClockName.ARRIVE, faults=("trapped",), target=within,
                      source=LIFT_RULES)  # fmt: skip
    return profile.model_copy(update={"promises": (*profile.promises, trapped)})


@lru_cache(maxsize=256)
def _terms(body: str) -> Terms:
    return Terms.model_validate_json(body)


@lru_cache(maxsize=256)
def _profile(body: str) -> Profile:
    return Profile.model_validate_json(body)


def profiles(connection: Connection, site: str) -> dict[str, Profile]:
    """Those that ship, and the site's own."""
    rows = connection.execute(select(SERVICE_PROFILE.c.body).where(SERVICE_PROFILE.c.site == site)).scalars()
    return {**SHIPPED, **{profile.id: profile for profile in map(_profile, rows)}}


def put_terms(connection: Connection, site: str, terms: Terms, *, now: int) -> None:
    """What holds from now on."""
    connection.execute(delete(SERVICE_TERMS).where(SERVICE_TERMS.c.site == site))
    body = terms.model_dump_json(by_alias=True)
    connection.execute(insert(SERVICE_TERMS), {"site": site, "body": body, "updated_at": now})


def put_profile(connection: Connection, site: str, profile: Profile, *, now: int) -> None:
    """A site's own contract, new or changed."""
    p = SERVICE_PROFILE.c
    connection.execute(delete(SERVICE_PROFILE).where(p.site == site, p.id == profile.id))
    row = {"site": site, "id": profile.id, "body": profile.model_dump_json(by_alias=True), "updated_at": now}
    connection.execute(insert(SERVICE_PROFILE), row)
