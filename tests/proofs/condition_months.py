"""Months of a pump and a lift with gaps, resets, late data and changes of the clocks: the cloud's days recounted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from cloud.conditions.store import KeptDay
from facility.condition.tally import summed
from tests.cloud.conditions.comparing import differences, house
from tests.cloud.conditions.months import LIFT, PUMP, Life, day_edges, lift, pump
from tests.measure import Figure, measure

MONTHS = (
    ("Europe/Berlin", date(2025, 3, 1), 31, "the clocks go on"),
    ("America/New_York", date(2025, 11, 1), 30, "the clocks go back"),
    ("Asia/Shanghai", date(2025, 2, 1), 14, "the clocks stay"),
)
AFTER = 7_200
LATE_DAYS = (1, 2, 3)
"""Days before the end of which some hours come a look later."""


@measure(area="condition")
async def months() -> list[Figure]:
    """Each month: differences to the recount in seconds, Wh and counts; and the month as one sum of its days."""
    figures: list[Figure] = []
    for zone, first, days, why in MONTHS:
        wrong, restated, late = await _month(zone, first, days)
        how = f"{first:%Y-%m} in {zone} ({why}), a pump and a lift, second by second; " + "; ".join(wrong[:3])
        figures += [
            Figure.exactly(f"differences, {zone}", len(wrong), "", 0, how),
            Figure.exactly(f"days restated, {zone}", restated, "", late, "late hours, each found and reckoned anew"),
        ]
    return figures


async def _month(zone: str, first: date, days: int) -> tuple[list[str], int, int]:
    edges = day_edges(first, days, ZoneInfo(zone))
    life = Life(edges[0], edges[-1] - edges[0] + AFTER, seed=first.month)
    with TemporaryDirectory(prefix="gatehouse-condition-") as folder:
        async with house(Path(folder), zone, [pump("pump-1"), lift("lift-1")], edges[-1] + AFTER) as running:
            later = [(edges[day] + 6 * 3_600, edges[day] + 12 * 3_600) for day in (days - back for back in LATE_DAYS)]
            await running.write(list(_lines(life, later, wanted=False)))
            await running.keeper.look()
            await running.write(list(_lines(life, later, wanted=True)))
            await running.keeper.look()
            kept = await running.days(first, first + timedelta(days=days - 1))
    wrong = [
        each
        for id in ("pump-1", "lift-1")
        for each in differences(life, [day for day in kept if day.equipment == id], first, days, ZoneInfo(zone))
    ]
    wrong += _whole(life, [day for day in kept if day.equipment == "pump-1"], edges)
    return wrong, sum(day.restated for day in kept if day.equipment == "pump-1"), len(LATE_DAYS)


def _lines(life: Life, later: Sequence[tuple[int, int]], *, wanted: bool) -> Iterator[str]:
    """All but the late hours of the pump, or those alone."""
    for line in life.lines("pump", "pump-1", PUMP):
        second = int(line.rpartition(" ")[2]) // 1_000_000_000
        if any(begin <= second < end for begin, end in later) is wanted:
            yield line
    if not wanted:
        yield from life.lines("elevator", "lift-1", LIFT)


def _whole(life: Life, kept: Sequence[KeptDay], edges: Sequence[int]) -> list[str]:
    """The month's energy is that of its register, reset or not, and its days make up its length."""
    total = summed(day.tally for day in kept)
    shown = life.shown("energy")[life.recorded("energy")]
    end = edges[-1] - edges[0]
    reached = sum(after - before if after >= before / 2 else after for before, after in pairwise(shown.tolist()))
    beyond = life.truth["energy"][-1] - life.truth["energy"][end]
    energy = total.counters["energy"].amount or 0.0
    wrong = (
        []
        if abs(energy + beyond - reached) < 1e-2
        else [f"the month has {energy} kWh, its register {reached - beyond}"]
    )
    return wrong + ([] if total.length == end * 1_000_000_000 else [f"the days make {total.length} ns"])
