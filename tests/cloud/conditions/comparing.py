"""A cloud's keeping of days over a real embedded historian, held against the recount of months.py."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cloud.conditions.keeping import Keeper
from cloud.conditions.store import KeptDay, kept_days
from cloud.database.sqlite import SqliteDatabase
from cloud.equipment.store import replace
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.migrations.running import migrate
from cloud.sites.store import ensure_site, take_site
from facility.clock import NS, ManualClock
from facility.inventory import Inventory, InventoryEquipment
from tests.cloud.conditions.months import Counted, Life, day_edges, recount

LINES = 20_000
WH = 1e-3
"""kWh."""


@dataclass(slots=True)
class House:
    """A store, a historian, and what keeps the days."""

    database: SqliteDatabase
    historian: EmbeddedHistorian
    clock: ManualClock
    keeper: Keeper

    async def write(self, lines: Sequence[str]) -> None:
        """As a gateway does."""
        for start in range(0, len(lines), LINES):
            await self.historian.write("\n".join(lines[start : start + LINES]).encode())

    async def days(self, first: date, last: date) -> list[KeptDay]:
        """What is kept."""
        return await self.database.read(lambda c: kept_days(c, None, first, last))


@asynccontextmanager
async def house(folder: Path, zone: str, equipment: Sequence[InventoryEquipment], now: int) -> AsyncIterator[House]:
    """With this equipment at one site; `now` in UTC s."""
    url = f"sqlite:///{folder / 'cloud.sqlite'}"
    await migrate(url)
    inventory = Inventory.model_validate(
        {
            "site": "riverside",
            "name": {"zh": "园", "en": "Park"},
            "timezone": zone,
            "gateway": "g-1",
            "equipment": equipment,
        }
    )
    clock = ManualClock(wall=now * NS)
    async with SqliteDatabase(url) as database, EmbeddedHistorian(folder) as historian:
        await database.write(lambda c: ensure_site(c, "riverside", at=0))
        await database.write(lambda c: take_site(c, inventory))
        await database.write(lambda c: replace(c, inventory, at=0))
        yield House(database, historian, clock, Keeper(database, historian, clock))


def differences(life: Life, kept: Sequence[KeptDay], first: date, days: int, zone: ZoneInfo) -> list[str]:
    """Where a pump's days differ from the recount: in a second, in a Wh, in a count; nothing where all agree."""
    edges = day_edges(first, days, zone)
    found = {each.day: each for each in kept}
    wrong: list[str] = []
    for number in range(days):
        day = first + timedelta(days=number)
        begin, end = (edge - life.start for edge in edges[number : number + 2])
        counted = recount(life, begin, end, night_of(day, zone, life.start))
        wrong += [f"{day}: {each}" for each in _compared(found[day], counted, end - begin)]
    return wrong


def night_of(day: date, zone: ZoneInfo, start: int) -> tuple[int, int]:
    """From two to four on the wall clock, seconds from `start`; an hour that is skipped begins where it goes on."""
    moments = [datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp() for hour in (2, 4)]
    return round(moments[0]) - start, round(moments[1]) - start


def _compared(kept: KeptDay, counted: Counted, seconds: int) -> list[str]:
    tally = kept.tally
    wrong: list[str] = []

    def same(what: str, found: float | None, expected: float, off: float = 0.0) -> None:
        if found is None or abs(found - expected) > off:
            wrong.append(f"{what} is {found}, recounted {expected}")

    same("length", tally.length / NS, seconds)
    if tally.running is not None:
        same("known", tally.running.known / NS, counted.known)
        same("running", tally.running.held / NS, counted.running)
        same("begins", tally.running.begins, counted.begins)
        same("energy", tally.counters["energy"].amount, counted.energy, WH)
        same("starts", tally.counters["starts"].amount, counted.starts, 1e-6)
    if tally.pumped is not None:
        same("paired time", tally.pumped.known / NS, counted.paired[0])
        same("paired energy", tally.pumped.kwh, counted.paired[1], WH)
        same("paired water", tally.pumped.m3, counted.paired[2], 1e-6)
    if tally.lifted is not None:
        same("lifted time", tally.lifted.known / NS, counted.lifted[0])
        same("hydraulic", tally.lifted.hydraulic, counted.lifted[1], WH)
        same("electric", tally.lifted.electric, counted.lifted[2], WH)
    if tally.night is not None:
        same("night time", tally.night.known / NS, counted.night[0])
        same("night water", tally.night.m3, counted.night[1], 1e-6)
    if tally.down is not None and tally.inspection is not None:
        same("out", tally.down.held / NS, counted.out)
        same("outs", tally.down.begins, counted.outs)
        same("inspection", tally.inspection.held / NS, counted.inspection)
    return wrong
