"""Energy settings and sent temperatures in the store."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from cloud.energy_settings.schemas import EnergySettings
from cloud.energy_settings.tables import ENERGY_SETTINGS, TEMPERATURE_DAY
from facility.clock import NS

HOUR = 3600 * NS
DAY = 24 * HOUR
_NONE = np.full(24, np.nan, "<f4")


@lru_cache(maxsize=64)
def _read(body: str) -> EnergySettings:
    return EnergySettings.model_validate_json(body)


def settings_of(connection: Connection, site: str) -> EnergySettings:
    """What holds; nothing set where nobody said anything."""
    query = select(ENERGY_SETTINGS.c.body).where(ENERGY_SETTINGS.c.site == site)
    body = connection.execute(query).scalar_one_or_none()
    return EnergySettings() if body is None else _read(body)


def put_settings(connection: Connection, site: str, settings: EnergySettings, *, by: str, now: int) -> None:
    """In place of those before."""
    connection.execute(delete(ENERGY_SETTINGS).where(ENERGY_SETTINGS.c.site == site))
    body = settings.model_dump_json(by_alias=True)
    connection.execute(insert(ENERGY_SETTINGS), {"site": site, "body": body, "updated_at": now, "updated_by": by[:64]})


def sent_temperatures(connection: Connection, site: str, start: int, end: int) -> NDArray[np.float64]:
    """Each hour of [start, end), both on whole hours; NaN where nothing was sent."""
    t = TEMPERATURE_DAY.c
    first, last = start // DAY, -(-end // DAY)
    rows = connection.execute(select(t.day, t.columns).where(t.site == site, t.day >= first, t.day < last))
    days = {row.day: np.frombuffer(row.columns, "<f4") for row in rows}
    whole = np.concatenate([_NONE, *(days.get(day, _NONE) for day in range(first, last))])[24:]
    return whole[(start - first * DAY) // HOUR : (end - first * DAY) // HOUR].astype(np.float64)


def keep_temperatures(connection: Connection, site: str, hours: Mapping[int, float]) -> None:
    """By hour (hours since 1970); what is there already is replaced."""
    t = TEMPERATURE_DAY.c
    days: dict[int, dict[int, float]] = {}
    for hour, value in hours.items():
        days.setdefault(hour // 24, {})[hour % 24] = value
    for day, values in days.items():
        held = connection.execute(select(t.columns).where(t.site == site, t.day == day)).scalar_one_or_none()
        columns = _NONE.copy() if held is None else np.frombuffer(held, "<f4").copy()
        columns[list(values)] = list(values.values())
        connection.execute(delete(TEMPERATURE_DAY).where(t.site == site, t.day == day))
        connection.execute(insert(TEMPERATURE_DAY), {"site": site, "day": day, "columns": columns.tobytes()})
