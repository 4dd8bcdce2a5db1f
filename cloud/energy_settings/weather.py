"""Outdoor temperature by the hour, from a source: a weather station in the historian, or what was sent (API, CSV)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from cloud.database.base import Database
from cloud.energy_settings.store import HOUR, sent_temperatures, settings_of
from cloud.equipment.store import equipment_of, equipment_rows
from cloud.historian.base import Historian, Series

CHUNK = 2_000
"""Hours of one question to the historian."""


class TemperatureSource(Protocol):
    """Something that knows the outdoor temperature."""

    @property
    def name(self) -> str:
        """As people know it."""

    async def hours(self, start: int, end: int) -> NDArray[np.float64]:
        """°C of each hour of [start, end), both on whole hours; NaN where unknown."""


@dataclass(frozen=True, slots=True)
class Station:
    """A `weather` equipment."""

    name: str
    series: Series
    historian: Historian

    async def hours(self, start: int, end: int) -> NDArray[np.float64]:
        """Means of its samples."""
        out = np.full((end - start) // HOUR, np.nan)
        for low in range(start, end, CHUNK * HOUR):
            high = min(low + CHUNK * HOUR, end)
            (told,) = await self.historian.series([self.series], low, high, (high - low) // HOUR)
            place = (told.start - start) // HOUR
            inside = (place >= 0) & (place < len(out)) & (told.count > 0) & (told.width <= HOUR)
            count = np.bincount(place[inside], minlength=len(out))
            total = np.bincount(place[inside], weights=told.mean[inside], minlength=len(out))
            out = np.where(count > 0, total / np.maximum(count, 1), out)
        return out


@dataclass(frozen=True, slots=True)
class Sent:
    """What people and programs sent."""

    site: str
    database: Database
    name: str = "sent"

    async def hours(self, start: int, end: int) -> NDArray[np.float64]:
        """As they were sent."""
        return await self.database.read(lambda c: sent_temperatures(c, self.site, start, end))


async def sources_of(database: Database, historian: Historian | None, site: str) -> list[TemperatureSource]:
    """In the order in which they are believed; what one does not know is asked of the next."""
    series = await database.read(lambda c: station_series(c, site))
    found: list[TemperatureSource] = []
    if historian is not None and series is not None:
        found.append(Station(series.equipment, series, historian))
    return [*found, Sent(site, database)]


async def temperatures(
    database: Database, historian: Historian | None, site: str, start: int, end: int
) -> tuple[NDArray[np.float64], str]:
    """°C of each hour of [start, end), and the names of the sources that knew any."""
    out = np.full((end - start) // HOUR, np.nan)
    names: list[str] = []
    for source in await sources_of(database, historian, site):
        if not np.isnan(out).any():
            break
        told = await source.hours(start, end)
        if (np.isnan(out) & ~np.isnan(told)).any():
            names.append(source.name)
        out = np.where(np.isnan(out), told, out)
    return out, ", ".join(names)


def station_series(connection: Connection, site: str) -> Series | None:
    """Of the equipment that the settings name, else of the site's first weather station."""
    return thermometer(connection, site, settings_of(connection, site).weather)


def thermometer(connection: Connection, site: str, wanted: str | None) -> Series | None:
    """Outdoor temperature of the wanted equipment, else of the site's first weather station; None: it has none."""
    system = None if wanted else "weather"
    for row in equipment_rows(connection, frozenset({site}), id=wanted, system=system):
        means = equipment_of(row["body"])
        for point in means.points:
            if point.point == "temperature":
                return Series(site, means.type, means.id, point.point, point.instance)
    return None
