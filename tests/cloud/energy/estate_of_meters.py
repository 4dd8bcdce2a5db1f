"""A site with two electricity meters whose ledger is filled: 100 + h kWh in hour h, and lights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from cloud.database.rows import insert_rows
from cloud.ledger.columns import DAY, PER_DAY, records_of
from cloud.ledger.tables import AMOUNT_DAY
from cloud.meters.schemas import MeterSettings
from cloud.meters.store import put_settings
from cloud.sites.store import ensure_site
from facility.clock import NS
from facility.energy.intervals import QUARTER, Intervals
from facility.energy.quality import AmountQuality
from facility.words import Text

SITE = "riverside"
ZONE = ZoneInfo("Asia/Shanghai")
MAIN, LIGHTS = "meter-main", "meter-lights"


def fill(connection: Connection, first: date, last: date, *, now: int) -> None:
    """Both meters, every quarter hour of the UTC days around the local days [first, last]."""
    ensure_site(connection, SITE, at=now)
    for id, parent, zh in ((MAIN, None, "总表"), (LIGHTS, MAIN, "照明")):
        settings = MeterSettings(kind="manual", name=Text(zh=zh, en=id), unit="kW.h", parent=parent)
        put_settings(connection, SITE, id, settings, by="test", now=now)
    write(connection, MAIN, first, last, lambda hour, _: 100.0 + hour)
    write(connection, LIGHTS, first, last, lambda hour, _: np.where((hour < 7) | (hour > 17), 20.0, 19.0))


Use = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[Any]]


def write(connection: Connection, meter: str, first: date, last: date, use: Use) -> None:
    """`use(local hour, day ordinal)` in kWh an hour."""
    begin = (first - date(1970, 1, 1)).days - 1
    days = (last - first).days + 3
    at = (begin * DAY) + QUARTER * np.arange(days * PER_DAY, dtype=np.int64)
    hour = (at // NS + 8 * 3600) // 3600 % 24
    day = (at // NS + 8 * 3600) // 86_400 + 719_163
    amount = np.round(use(hour, day) * 1e6 / 4).astype(np.int64)
    local = (day >= first.toordinal()) & (day <= last.toordinal())
    n = len(at)
    quality = np.where(local, AmountQuality.MEASURED, AmountQuality.MISSING).astype(np.uint8)
    edges = np.append(at, at[-1] + QUARTER)
    made = records_of(
        Intervals("kW.h", edges, np.where(local, amount, 0), quality, local.astype(float), np.zeros(n), np.zeros(n))
    )
    rows = [(SITE, meter, begin + k, made[k * PER_DAY : (k + 1) * PER_DAY].tobytes()) for k in range(days)]
    insert_rows(connection, AMOUNT_DAY, ("site", "meter", "day", "columns"), rows)
