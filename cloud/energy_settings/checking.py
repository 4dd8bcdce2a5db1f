"""Whether what somebody sets of a site's energy can be: known places, factors that do not overlap, a thermometer."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection

from cloud.energy_settings.schemas import EnergySettings
from cloud.energy_settings.weather import thermometer
from cloud.errors import Unfit
from cloud.meters.store import meters_of
from cloud.sites.store import places
from facility.energy.units import LEDGER_UNITS
from facility.errors import nearest

FIRST_YEAR, LAST_YEAR = 1990, 2100
MEDIA = ("water", "gas")


def check_settings(connection: Connection, site: str, asked: EnergySettings, held: EnergySettings) -> None:
    """Unfit names the place. What `held` has already is let be: its place may be gone from the inventory since."""
    known = {site, *(row["id"] for row in places(connection, site))}
    known |= {meter.area for meter in meters_of(connection, site).values() if meter.area is not None}
    for area in asked.area_m2:
        if area not in known and area not in held.area_m2:
            told = f"没有这个区域 {area!r} · there is no place {area!r}{nearest(area, known)}"
            raise Unfit(told, where=f"area_m2.{area}")
    if asked.factors != held.factors:
        check_factors(asked)
    weather = asked.weather
    if weather is not None and weather != held.weather and thermometer(connection, site, weather) is None:
        raise Unfit(
            f"设备 {weather!r} 没有室外温度测点 · "
            f"the equipment {weather!r} is not there, or has no point `temperature`",
            where="weather",
        )


def check_factors(asked: EnergySettings) -> None:
    """Unfit for a factor that nothing is counted by, or two of one thing from one day."""
    same = Counter((f.quantity, f.unit, f.medium, f.start) for f in asked.factors)
    for place, factor in enumerate(asked.factors):
        where = f"factors.{place}"
        if factor.unit not in LEDGER_UNITS:
            raise Unfit(
                f"没有按 {factor.unit!r} 计的用量 · nothing is counted in {factor.unit!r}; "
                f"there are {', '.join(LEDGER_UNITS)}{nearest(factor.unit, LEDGER_UNITS)}",
                where=f"{where}.unit",
            )
        if (factor.medium in MEDIA) != (factor.unit == "m3") or (factor.medium and factor.medium not in MEDIA):
            raise Unfit(
                "立方米须注明是水还是气,其他单位不填 · cubic metres are of `water` or `gas`, all else of neither",
                where=f"{where}.medium",
            )
        if not FIRST_YEAR <= factor.start.year <= LAST_YEAR:
            raise Unfit(
                f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间 · the year lies between {FIRST_YEAR} and {LAST_YEAR}",
                where=f"{where}.from",
            )
        if same[factor.quantity, factor.unit, factor.medium, factor.start] > 1:
            raise Unfit(
                f"同一天({factor.start})已有同类系数 · "
                f"there is one of the same kind from {factor.start} already: change that",
                where=f"{where}.from",
            )
