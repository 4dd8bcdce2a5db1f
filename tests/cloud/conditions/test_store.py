"""Days of machines on both stores: kept, replaced, counted as restated only where the day had been over."""

from __future__ import annotations

from datetime import date
from functools import partial

from cloud.conditions.store import KeptDay, keep_days, kept_days, kept_marks, known_days
from cloud.database.opening import database_of
from cloud.settings import Settings
from facility.condition.tally import Rise, Run, Tally

DAY = date(2026, 11, 20)
OVER = 1_000


def kept(running: int, until: int, part: str = "", day: date = DAY) -> KeptDay:
    tally = Tally(length=9, days=1, running=Run(known=9, held=running), counters={"starts": Rise(amount=1.5)})
    return KeptDay("riverside", "pump-1", part, day, tally, f"mark-{running}", until, until, 0)


async def test_a_day_is_kept_once_and_restated_only_after_it_was_over(settings: Settings) -> None:
    async with database_of(settings.database_url) as database:
        for running, until in ((1, 500), (2, 1_000), (2, 1_100), (3, 1_200)):
            await database.write(partial(keep_days, days=[kept(running, until), kept(0, until, "b")], over_at=OVER))
        await database.write(lambda c: keep_days(c, [kept(7, 900, day=date(2026, 11, 21))], OVER))
        first, next_day, other = await database.read(lambda c: kept_days(c, None, DAY, date(2026, 11, 30)))
        assert (first.day, first.tally, first.restated, first.until) == (DAY, kept(3, 0).tally, 1, 1_200)
        assert (next_day.day, next_day.tally.running) == (date(2026, 11, 21), Run(known=9, held=7))
        assert (other.part, other.restated) == ("b", 0), "the same again is no change"
        both = frozenset({("pump-1", ""), ("pump-1", "b")})
        assert await database.read(lambda c: known_days(c, "riverside", DAY, both)) == {DAY: 1_200}
        assert await database.read(lambda c: known_days(c, "riverside", DAY, frozenset({("pump-1", "")}))) == {
            DAY: 1_200, date(2026, 11, 21): 900,
        }  # fmt: skip
        marks = await database.read(lambda c: kept_marks(c, "riverside", DAY))
        assert marks["pump-1", ""].mark == "mark-3"
        assert await database.read(lambda c: kept_days(c, frozenset({"hillside"}), DAY, DAY)) == []
