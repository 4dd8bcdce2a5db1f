"""Outdoor temperatures come from a station where there is one, else from what was sent; a wrong line is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from cloud.energy_settings.store import HOUR
from cloud.energy_settings.weather import CHUNK, Station, read_csv
from cloud.errors import Unprocessable
from cloud.historian.base import Buckets, Historian, Series
from cloud.historian.grid import grid_of

STATION = Series("riverside", "weather", "roof", "temperature")


class Warm:
    """Knows the hour's number since 1970, modulo 30, but for every seventh hour."""

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        grid = grid_of(start, end, buckets)
        hour = grid.starts // HOUR
        count = np.where(hour % 7 == 0, 0, 5)
        mean = np.where(count > 0, (hour % 30).astype(float), np.nan)
        none = np.zeros(len(hour))
        return [Buckets(series[0], grid.width, grid.starts, count, mean, mean, mean, mean, mean, none, none, none)]


async def test_a_stations_hours_are_its_means_over_more_than_one_question() -> None:
    start = 490_000 * HOUR
    told = await Station("roof", STATION, cast("Historian", Warm())).hours(start, start + (CHUNK + 50) * HOUR)
    hour = np.arange(490_000, 490_000 + CHUNK + 50)
    assert np.array_equal(told, np.where(hour % 7 == 0, np.nan, hour % 30), equal_nan=True)


def test_lines_of_one_hour_are_its_mean_and_a_wrong_one_is_named() -> None:
    head = "时间,温度\n"
    found = read_csv(f"{head}2026-01-01T08:10:00+08:00,4\n2026-01-01T08:50:00+08:00,6\n")
    assert list(found.values()) == [5.0]
    for text, says in (
        (f"{head}2026-01-01T08:10:00,4", "line 2"),
        ("2026-01-01T08:10:00Z,99", "line 1"),
        (head, "no line"),
    ):
        with pytest.raises(Unprocessable, match=says):
            read_csv(text)
