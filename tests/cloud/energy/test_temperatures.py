"""Outdoor temperatures come from a station where there is one, else from what was sent; a wrong line is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cloud.energy_settings.store import HOUR
from cloud.energy_settings.temperature_file import read_temperatures
from cloud.energy_settings.weather import CHUNK, Station
from cloud.errors import UnfitFile
from cloud.historian.base import Buckets, Historian, Series
from cloud.historian.grid import grid_of
from facility.clock import from_iso

SHANGHAI = ZoneInfo("Asia/Shanghai")
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


def test_lines_of_one_hour_are_its_mean_in_the_sites_time() -> None:
    told = "时间;温度\n2026/1/1 8:10;4\n2026-01-01T00:50:00Z;6\n\n2026-01-01T09:00:00+08:00;-3,5\n"
    found = read_temperatures(told.replace("-3,5", "-3.5").encode("gb18030"), SHANGHAI)
    first = from_iso("2026-01-01T00:00:00Z") // HOUR
    assert found == {first: 5.0, first + 1: -3.5}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("昨天,4", "时间应如"),
        ("2026-01-01 08:00", "温度应为数字"),
        ("2026-01-01 08:00,nan", "温度超出范围"),
        ("2026-01-01 08:00,99", "no temperature of ours"),
    ],
)
def test_every_wrong_line_is_named(line: str, says: str) -> None:
    with pytest.raises(UnfitFile) as refused:
        read_temperatures(f"时间,温度\n{line}\n2026-01-01 09:00,5\n{line}\n".encode(), SHANGHAI)
    mistakes = refused.value.body().errors
    assert [each["line"] for each in mistakes] == [2, 4]
    assert says in mistakes[0]["says"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", "时间,温度\n".encode()])
def test_a_file_without_temperatures_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitFile, match="line 1"):
        read_temperatures(content, SHANGHAI)
