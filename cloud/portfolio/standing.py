"""How each site stands: what the store says of it, to which live values and the historian are added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from cloud.alarms.standing import StandingAlarm, standing, worst
from cloud.equipment.blind import BlindEquipment
from cloud.equipment.store import equipment_rows
from cloud.equipment.values import Asked, asked_of
from cloud.gateways.store import gateways
from cloud.plans.compliance import compliance
from cloud.portfolio.energy import Used, used
from cloud.portfolio.schemas import (
    Blindness,
    EnergyUse,
    LifeSafety,
    OpenOrders,
    PlanCompliance,
    SiteStanding,
)
from cloud.sites.area import floor_area
from cloud.sites.store import places, sites
from cloud.work_orders.standing import StandingOrder, standing_orders
from facility.alarm import AlarmClass, AlarmState
from facility.clock import NS
from facility.energy.intervals import QUARTER
from facility.words import Text

DAYS_30 = 30 * 86_400 * NS


@dataclass(frozen=True, slots=True)
class Found:
    """What the store says of the sites."""

    sites: tuple[RowMapping, ...]
    alarms: tuple[StandingAlarm, ...]
    orders: tuple[StandingOrder, ...]
    plans: dict[str, PlanCompliance]
    areas: dict[str, float | None]
    energy: dict[str, tuple[Used, Used]]
    """Of the last 30 days, of the month."""
    points: tuple[Asked, ...]
    away: frozenset[tuple[str, str]]
    """(site, gateway)."""


def find(connection: Connection, among: frozenset[str] | None, now: int) -> Found:
    """One consistent look."""
    rows = tuple(sites(connection, among))
    ids = [row["id"] for row in rows]
    asked = [point for row in equipment_rows(connection, among) for point in asked_of(row)]
    silent = frozenset((row["site"], row["id"]) for row in gateways(connection, among) if not row["online"])
    return Found(
        sites=rows,
        alarms=tuple(standing(connection, among)),
        orders=tuple(standing_orders(connection, among)),
        plans={row["id"]: _plans(connection, row, now) for row in rows},
        areas={id: floor_area(places(connection, id)) for id in ids},
        energy={row["id"]: _used(connection, row, now) for row in rows},
        points=tuple(asked),
        away=silent,
    )


def _used(connection: Connection, row: RowMapping, now: int) -> tuple[Used, Used]:
    until = now // QUARTER * QUARTER
    first = min(month_start(now, row["timezone"]), until - QUARTER)
    return used(connection, row["id"], until - DAYS_30, until), used(connection, row["id"], first, until)


def _plans(connection: Connection, row: RowMapping, now: int) -> PlanCompliance:
    here = local(now, row["timezone"])
    month = compliance(connection, row["id"], here.year, here.month, now)
    return PlanCompliance(month=month.month, due=month.due, kept=month.kept, value=month.value)


def local(at: int, zone: str) -> datetime:
    """The wall clock of a site."""
    return datetime.fromtimestamp(at // NS, UTC).astimezone(ZoneInfo(zone))


def month_start(now: int, zone: str) -> int:
    """The first midnight of the site's month, UTC ns."""
    here = local(now, zone)
    return int(datetime(here.year, here.month, 1, tzinfo=ZoneInfo(zone)).timestamp()) * NS


def site_standing(row: RowMapping, found: Found, blind: Sequence[BlindEquipment]) -> SiteStanding:
    """One row."""
    site = row["id"]
    alarms = [alarm for alarm in found.alarms if alarm.site == site]
    orders = [order for order in found.orders if order.site == site]
    return SiteStanding(
        site=site,
        name=Text(zh=row["name_zh"], en=row["name_en"]),
        timezone=row["timezone"],
        life_safety=_life_safety([alarm for alarm in alarms if alarm.alarm_class is AlarmClass.LIFE_SAFETY]),
        alarms=dict(sorted(Counter(int(alarm.priority) for alarm in alarms).items())),
        blind=_blindness(site, found, [each for each in blind if each.site == site]),
        orders=OpenOrders(open=len(orders), overdue=sum(order.overdue for order in orders)),
        plans=found.plans[site],
        energy=_energy(found.areas[site], *found.energy[site]),
    )


def _life_safety(alarms: Sequence[StandingAlarm]) -> LifeSafety:
    unanswered = {AlarmState.UNACKNOWLEDGED, AlarmState.LATCHED_UNACKNOWLEDGED}
    return LifeSafety(
        active=len(alarms), unacknowledged=sum(alarm.state in unanswered for alarm in alarms), worst=worst(alarms)
    )


def _blindness(site: str, found: Found, blind: Sequence[BlindEquipment]) -> Blindness:
    return Blindness(
        points=sum(each.bad for each in blind),
        all=sum(point.site == site and point.point.means.kind.sampled for point in found.points),
        equipment=len(blind),
        gateways_away=tuple(sorted(id for where, id in found.away if where == site)),
        since=min((each.since for each in blind if each.since), default=None),
    )


def _energy(area: float | None, days_30: Used, month: Used) -> EnergyUse:
    return EnergyUse(
        days_30=days_30.kwh,
        month=month.kwh,
        area=area,
        per_m2=days_30.kwh / area if area and days_30.kwh is not None else None,
        coverage=days_30.coverage,
        estimated=days_30.estimated,
    )
