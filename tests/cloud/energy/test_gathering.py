import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from cloud.database.base import Database
from cloud.database.opening import database_of
from cloud.energy.month import begun_at, stretches
from cloud.gateways.inventories import take
from cloud.historian.base import Historian
from cloud.ledger.gathering import Ledger
from cloud.ledger.store import intervals_of, restatements
from cloud.migrations.running import migrate
from cloud.settings import Settings
from facility.clock import NS, ManualClock
from facility.energy.intervals import QUARTER, Intervals
from facility.energy.quality import AmountQuality
from facility.site import Meter
from tests.cloud.building import SITE
from tests.cloud.energy.metered import DAY, START, Counters, metered, minutes, settle

KWH = 10**6
MEASURED, INTERPOLATED = AmountQuality.MEASURED, AmountQuality.INTERPOLATED


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.counters = Counters()
        self.clock = ManualClock(START)
        self.ledger = Ledger(database, cast("Historian", self.counters), self.clock)

    async def look(self, at: int, *, deep: bool = False) -> int:
        self.clock.wall = at
        return await self.ledger.look(deep=deep)

    async def amounts(self, start: int, end: int, meter: str = "m1") -> Intervals:
        return await self.database.read(lambda c: intervals_of(c, SITE, meter, "kW.h", start, end))


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> Iterator[Settings]:
    """SQLite; where a test asks for it, PostgreSQL too."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(migrated_file, tmp_path / "cloud.sqlite")
        yield Settings(data=tmp_path)
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.database(postgres.template("cloud", lambda template: asyncio.run(migrate(template))))
    yield Settings(data=tmp_path, database=url)
    postgres.drop(url)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with database_of(settings.database_url) as database:
        await database.write(partial(settle, told=metered(Meter(equipment="m1"), Meter(equipment="m2", parent="m1"))))
        yield House(database)


async def test_quarter_after_quarter_adds_up_and_asks_only_for_what_is_new(house: House) -> None:
    times = minutes(0, 24 * 60 + 1)
    house.counters.write("m1", times, [1000 + n / 100 for n in range(len(times))])
    for hour in range(1, 25):
        await house.look(START + hour * 4 * QUARTER + 60 * 10**9)
    day = await house.amounts(START, START + DAY)
    assert day.amount.sum() == round(2.88 * KWH)
    assert set(day.quality.tolist()) == {MEASURED}
    assert day.total().whole
    assert await house.database.read(lambda c: restatements(c, None)) == []
    asked = house.counters.asked
    await house.look(START + DAY + 120 * 10**9)
    assert house.counters.asked == asked


@pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)
async def test_late_samples_are_taken_in_and_the_restatement_is_written_down(house: House) -> None:
    times = minutes(0, 12 * 60 + 1)
    gap = {at for at in times if 60 * 6 < (at - START) / 60e9 < 60 * 9}
    told = dict(zip(times, [1000 + n / 100 + (1 if (n > 90) else 0) for n in range(len(times))], strict=True))
    house.counters.write("m1", [at for at in times if at not in gap], [told[at] for at in times if at not in gap])
    await house.look(times[-1])
    silent = await house.amounts(START + 6 * 4 * QUARTER, START + 9 * 4 * QUARTER)
    assert set(silent.quality.tolist()) == {INTERPOLATED}
    before = silent.amount.sum()
    house.counters.write("m1", sorted(gap), [told[at] for at in sorted(gap)])
    assert await house.look(times[-1] + QUARTER) == 12
    late = await house.amounts(START + 6 * 4 * QUARTER, START + 9 * 4 * QUARTER)
    assert set(late.quality.tolist()) == {MEASURED}
    assert late.amount.sum() == before, "the register knew the sum all along"
    assert late.amount.max() > KWH > silent.amount.max(), "now it is known where it belongs"
    (line,) = await house.database.read(lambda c: restatements(c, [SITE], meter="m1"))
    assert (line["cause"], line["intervals"]) == ("late", 12)
    assert (line["start"], line["end"]) == (START + 24 * QUARTER, START + 36 * QUARTER)
    assert line["amount_before"] == line["amount_after"] == before


async def test_a_backlog_of_days_is_found_by_the_deep_look(house: House) -> None:
    first, later = minutes(0, 60), minutes(5 * 1440, 5 * 1440 + 61)
    house.counters.write("m1", first + later, [100 + n / 100 for n in range(len(first + later))])
    await house.look(later[-1], deep=True)
    between = await house.amounts(START + DAY, START + 5 * DAY)
    assert set(between.quality.tolist()) == {AmountQuality.ESTIMATED}
    backlog = minutes(60, 5 * 1440)
    house.counters.write("m1", backlog, [100.12] * len(backlog))
    assert await house.look(later[-1]) > 0, "the last days are looked at each time"
    assert await house.look(later[-1], deep=True) > 0
    assert set((await house.amounts(START + DAY, START + 5 * DAY)).quality.tolist()) == {MEASURED}
    assert (await house.amounts(START, START + 5 * DAY + 4 * QUARTER)).amount.sum() == 0.24 * KWH


async def test_what_the_historian_forgets_the_ledger_keeps(house: House) -> None:
    times = minutes(0, 24 * 60 + 1)
    house.counters.write("m1", times, [1000 + n for n in range(len(times))])
    await house.look(times[-1], deep=True)
    house.counters.rows.clear()
    assert await house.look(times[-1] + QUARTER, deep=True) == 0
    assert (await house.amounts(START, START + DAY)).amount.sum() == 288 * KWH


async def test_another_scale_in_the_inventory_changes_nothing_that_was_read(house: House) -> None:
    times = minutes(0, 121)
    house.counters.write("m1", times, [1000 + n for n in range(len(times))])
    await house.look(times[-1])
    told = metered(Meter(equipment="m1"), Meter(equipment="m2", parent="m1"), type="float32")
    await house.database.write(lambda c: take(c, told, at=START))
    await house.look(times[-1] + QUARTER)
    assert (await house.amounts(START, START + 8 * QUARTER)).amount.sum() == 24 * KWH


async def test_a_meter_that_was_just_fitted_is_read_at_once(house: House) -> None:
    begin = START + 20 * QUARTER
    house.clock.wall = begin + 7 * 60 * NS
    assert await house.ledger.look_at_young() == 0
    first = minutes(300, 307, 0.5)
    house.counters.write("m1", first, [100 + n / 10 for n in range(len(first))])
    await house.ledger.look_at_young()
    (here,) = (await house.amounts(begin, begin + QUARTER)).value.tolist()
    assert here == pytest.approx(1.3), "the running quarter hour as far as it has come"
    which = stretches(
        ZoneInfo("UTC"), 2026, 9, house.clock.wall, await house.database.read(partial(begun_at, site=SITE))
    )
    assert (which.now[1], which.until) == (begin + QUARTER, house.clock.wall), "and the month shows it in part"
    asked = house.counters.asked
    house.clock.wall = begin + 4 * QUARTER
    later = minutes(307, 315, 0.5)
    house.counters.write("m1", later, [101.4 + n / 10 for n in range(len(later))])
    await house.ledger.look_at_young()
    assert house.counters.asked == asked, "after half an hour it is one of many"
    await house.look(house.clock.wall)
    assert (await house.amounts(begin, begin + QUARTER)).value.tolist() == [pytest.approx(2.9)]
    done = stretches(
        ZoneInfo("UTC"), 2026, 9, house.clock.wall, await house.database.read(partial(begun_at, site=SITE))
    )
    assert done.now[1] == done.until == begin + 4 * QUARTER
