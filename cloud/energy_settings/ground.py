"""What every question about a site's energy begins with: its time zone, days, settings and meters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from cloud.energy.amounts import amounts_of
from cloud.energy_settings.schemas import EnergySettings
from cloud.energy_settings.store import settings_of
from cloud.errors import NotFound, Unprocessable
from cloud.meters.facts import MeterFacts
from cloud.meters.store import meters_of
from cloud.sites.area import floor_area
from cloud.sites.store import places, site_by_id
from cloud.wording import halves
from facility.energy.day_types import DayCalendar, shipped_calendar
from facility.energy.intervals import Intervals
from facility.energy.local_time import midnight
from facility.errors import nearest
from facility.words import Text


@dataclass(frozen=True, slots=True)
class EnergySite:
    """One site."""

    id: str
    zone: ZoneInfo
    calendar: DayCalendar
    settings: EnergySettings
    meters: dict[str, MeterFacts]
    area_m2: dict[str, Decimal]
    """By place, and of the whole under the site's own id: what is set here, else what the inventory says."""
    names: dict[str, Text]
    """Of the places, and of the whole under the site's own id."""

    def meter(self, id: str) -> MeterFacts:
        """NotFound."""
        if id not in self.meters:
            raise NotFound(f"没有表计 {id!r} · there is no meter {id!r} at {self.id}{nearest(id, self.meters)}")
        return self.meters[id]


def energy_site(connection: Connection, site: str) -> EnergySite:
    """A site that nobody knows has no meters."""
    row = site_by_id(connection, site)
    settings = settings_of(connection, site)
    calendar = shipped_calendar().joined(settings.holidays) if settings.holidays else shipped_calendar()
    zone = ZoneInfo(row["timezone"] if row is not None else "Asia/Shanghai")
    rows = places(connection, site)
    names = {each["id"]: Text(zh=each["zh"], en=each["en"]) for each in rows}
    names |= {} if row is None else {site: Text(zh=row["name_zh"], en=row["name_en"])}
    return EnergySite(site, zone, calendar, settings, meters_of(connection, site), _areas(rows, site, settings), names)


def _areas(rows: Sequence[RowMapping], site: str, settings: EnergySettings) -> dict[str, Decimal]:
    said = {row["id"]: Decimal(str(row["area"])) for row in rows if row["area"]}
    whole = floor_area(rows)
    return ({} if whole is None else {site: Decimal(str(whole))}) | said | settings.area_m2


def used(
    connection: Connection, where: EnergySite, ids: Iterable[str], first: date, last: date, *, in_place: bool = False
) -> dict[str, Intervals]:
    """Quarter hours of the local days [first, last] of some meters, virtual ones too; `in_place` as `amounts_of`."""
    start, end = midnight(where.zone, first), midnight(where.zone, last + timedelta(days=1))
    wanted = [where.meter(id).id for id in ids]
    try:
        return amounts_of(connection, where.meters, wanted, start, end, in_place=in_place)
    except ValueError as error:
        why = halves(str(error))
        raise Unprocessable(f"虚拟表公式无法计算:{why.zh} · a formula can't be reckoned: {why.en}") from None


def in_order(first: date, last: date, most: int = 800) -> None:
    """Unprocessable for a range that ends before it begins, or is too long."""
    if first.year < 2000 or last.year > 2100:
        raise Unprocessable(f"年份不对 · from={first} and to={last} must lie between 2000 and 2100")
    if last < first or (last - first).days >= most:
        raise Unprocessable(f"起止日期不对 · to={last} must not lie before from={first}, nor {most} days after it")
