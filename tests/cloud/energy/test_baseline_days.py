"""An accepted baseline through the API: a year of weather sent, a saving with its band, a day beside its band."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection, delete

from cloud.database.base import Database
from cloud.energy_settings.store import keep_temperatures
from cloud.ledger.tables import AMOUNT_DAY
from facility.clock import NS, SystemClock
from facility.energy.local_time import local_day, midnight
from tests.cloud.conftest import House
from tests.cloud.energy.estate_of_meters import MAIN, SITE, ZONE, fill
from tests.cloud.energy.estate_of_meters import write as write_meter

NOW = SystemClock().now()
TODAY = local_day(ZONE, NOW)
FIRST = TODAY - timedelta(days=430)


async def year(database: Database) -> None:
    """Use follows the temperature; the last twenty days take a fifth less."""
    start = midnight(ZONE, FIRST) // (3600 * NS)
    hours = np.arange(start, start + 24 * 431)
    warm = 16 + 11 * np.sin(2 * np.pi * (hours / 24 - 110) / 365.25) + 4 * np.sin(2 * np.pi * (hours + 8 - 9) / 24)
    warm += np.random.default_rng(5).normal(0, 1.0, len(hours))
    by_hour = dict(zip(hours.tolist(), warm.tolist(), strict=True))
    noise = np.random.default_rng(6).normal(0, 6, 500)

    def use(hour: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[Any]:
        at = (day - 719_163) * 24 + hour - 8
        known = np.array([by_hour.get(int(each), 16.0) for each in at])
        less = np.where(day > (TODAY - timedelta(days=20)).toordinal(), 0.8, 1.0)
        level = 100 + hour + 4 * np.maximum(0, known - 20) + 3 * np.maximum(0, 8 - known)
        return np.asarray((level + noise[day % len(noise)]) * less)

    await database.write(lambda c: fill(c, TODAY - timedelta(days=2), TODAY - timedelta(days=1), now=NOW))

    def replaced(connection: Connection) -> None:
        connection.execute(delete(AMOUNT_DAY).where(AMOUNT_DAY.c.meter == MAIN))
        write_meter(connection, MAIN, FIRST, TODAY - timedelta(days=1), use)
        keep_temperatures(connection, SITE, by_hour)

    await database.write(replaced)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_what_was_saved_is_told_with_its_band(house: House, admin: httpx.AsyncClient) -> None:
    await year(house.database)
    ground = {"from": FIRST.isoformat(), "to": (TODAY - timedelta(days=40)).isoformat(), "method": "hourly"}
    told = (await admin.put(f"/api/v1/baselines/{SITE}/{MAIN}", json=ground)).json()
    assert told["accepted"], told
    assert told["source"] == "sent"
    assert told["fit"]["cv_rmse"] < told["fit"]["cv_rmse_limit"]
    days = {"from": (TODAY - timedelta(days=19)).isoformat(), "to": (TODAY - timedelta(days=1)).isoformat()}
    saving = (await admin.get(f"/api/v1/baselines/{SITE}/{MAIN}/saving", params=days)).json()
    assert saving["distinct"], saving
    assert saving["share"] == pytest.approx(0.2, abs=0.03)
    assert len(saving["days"]) == 19
    assert saving["saved"] == pytest.approx(saving["expected"] - saving["used"])
    day = (await admin.get(f"/api/v1/baselines/{SITE}/{MAIN}/day", params={"day": days["from"]})).json()
    assert all(a < b < c for a, b, c in zip(day["low"], day["expected"], day["high"], strict=True))
    assert sum(used < low for used, low in zip(day["used"], day["low"], strict=True)) > 12
    assert date.fromisoformat(saving["days"][0]["day"]) == TODAY - timedelta(days=19)
