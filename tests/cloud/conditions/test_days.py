"""Days of a pump and a lift, kept by the cloud, against a recount: gaps, resets, a change of the clocks, late data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from facility.clock import NS
from tests.cloud.conditions.comparing import differences, house
from tests.cloud.conditions.months import LIFT, PUMP, Life, day_edges, lift, pump

BERLIN = "Europe/Berlin"
AFTER = 7_200


async def test_days_around_a_change_of_the_clocks_agree_to_the_second_and_the_wh(tmp_path: Path) -> None:
    first, zone, days = date(2025, 10, 25), ZoneInfo(BERLIN), 3
    edges = day_edges(first, days, zone)
    life = Life(edges[0], edges[-1] - edges[0] + AFTER, seed=first.month)
    assert life.outages
    async with house(tmp_path, BERLIN, [pump("pump-1"), lift("lift-1")], edges[-1] + AFTER) as running:
        late = edges[1] + 8 * 3_600, edges[1] + 13 * 3_600
        lines = [*life.lines("pump", "pump-1", PUMP), *life.lines("elevator", "lift-1", LIFT)]
        mine = "pump,"
        within = [
            line.startswith(mine) and late[0] <= int(line.rpartition(" ")[2]) // 10**9 < late[1] for line in lines
        ]
        await running.write([line for line, later in zip(lines, within, strict=True) if not later])
        assert await running.keeper.look() > 0
        before = await running.days(first, first + timedelta(days=days - 1))
        assert {each.restated for each in before} == {0}
        assert differences(life, [d for d in before if d.equipment == "pump-1"], first, days, zone)
        await running.write([line for line, later in zip(lines, within, strict=True) if later])
        assert await running.keeper.look() == 3, "today of both, and the late day of the pump"
        kept = await running.days(first, first + timedelta(days=days - 1))
        for id in ("pump-1", "lift-1"):
            assert differences(life, [each for each in kept if each.equipment == id], first, days, zone) == []
        assert [each.restated for each in kept if each.equipment == "pump-1"] == [0, 1, 0]
        assert await running.keeper.look() == 2, "only today is reckoned again"


async def test_a_counter_behind_a_long_silence_is_made_good_with_the_first_sample(tmp_path: Path) -> None:
    first, zone = date(2025, 5, 5), ZoneInfo("Asia/Shanghai")
    edges = day_edges(first, 4, zone)

    def lines(start: int, end: int) -> list[str]:
        seconds = range(start, end, 60)
        return [f"pump,equipment=pump-1,site=riverside energy={(s - edges[0]) / 3600!r} {s * NS}" for s in seconds]

    async with house(tmp_path, "Asia/Shanghai", [pump("pump-1")], edges[1] + 12 * 3_600) as running:
        await running.write(lines(edges[0], edges[0] + 22 * 3_600))
        await running.keeper.look()
        (before, _) = await running.days(first, first + timedelta(days=1))
        assert before.tally.counters["energy"].amount is None, "nobody knows what it stood at by midnight"
        running.clock.wall = (edges[2] + 12 * 3_600) * NS
        await running.write(lines(edges[2] + 3 * 3_600, edges[2] + 12 * 3_600))
        await running.keeper.look()
        kept = await running.days(first, first + timedelta(days=1))
        assert [round(each.tally.counters["energy"].amount or 0.0, 6) for each in kept] == [24.0, 24.0]
        assert [round(each.tally.counters["energy"].silent / NS / 3600, 2) for each in kept] == [2.02, 24.0]
        assert [each.restated for each in kept] == [1, 0]


async def test_a_register_that_is_shown_in_fewer_digits_agrees_with_the_efficiency(tmp_path: Path) -> None:
    first, zone = date(2025, 5, 5), ZoneInfo("Asia/Shanghai")
    start, end = day_edges(first, 1, zone)
    rise = 32 * 9.81e-3

    def lines() -> Iterator[str]:
        ran = 0
        for minute in range(24 * 60 + 60):
            noon, on = 12 * 60, not 11 * 60 <= minute < 13 * 60
            energy, digits = 10_026.55 + ran * 0.4, 1 if minute >= noon else 2
            shown = int(energy * 10**digits + 1e-6) / 10**digits
            values = f"running={int(on)},flow={180 * on},power={24 * on},suction_pressure=0.1,energy={shown}"
            yield (
                f"pump,equipment=pump-1,site=riverside {values},discharge_pressure={0.1 + rise} "
                f"{(start + minute * 60) * NS}"
            )
            ran += on

    async with house(tmp_path, "Asia/Shanghai", [pump("pump-1")], end + AFTER) as running:
        await running.write(list(lines()))
        await running.keeper.look()
        (day,) = await running.days(first, first)
    pumped, lifted = day.tally.pumped, day.tally.lifted
    assert pumped is not None
    assert lifted is not None
    assert pumped.kwh == pytest.approx(22 * 24.0, abs=0.2)
    assert day.tally.counters["energy"].amount == pytest.approx(22 * 24.0, abs=0.2)
    assert pumped.kwh / pumped.m3 == pytest.approx(0.133, abs=0.0005)
    assert 100 * lifted.hydraulic / lifted.electric == pytest.approx(65.4, abs=0.05)
