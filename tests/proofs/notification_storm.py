"""A storm of alarms and services that misbehave: what the robots get, and what of it is lost."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from cloud.database.opening import database_of
from cloud.migrations.running import migrate
from facility.clock import NS, ManualClock
from tests.cloud.notification.bots import Mode, answering
from tests.cloud.notification.telling import Telling
from tests.measure import Figure, measure

ALARMS, AT_ONCE = 5_000, 500
MISBEHAVING: tuple[Mode, ...] = ("refuse", "too_fast", "busy", "broken", "hang")


@dataclass(slots=True)
class Storm:
    """What came of it."""

    most_a_minute: int = 0
    told: int = 0
    unsent: int = 0
    late: list[float] = field(default_factory=list)


async def storm() -> Storm:
    """5,000 alarms in ten seconds to one robot, then three minutes."""
    found = Storm()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cloud.sqlite'}"
        await migrate(url)
        async with answering() as bots, database_of(url) as database:
            telling = Telling(database, bots, ManualClock())
            await telling.route(await telling.robot("group"))
            sender = telling.sender()
            for _ in range(ALARMS // AT_ONCE):
                await telling.alarms(AT_ONCE)
                await telling.turns(sender, 1)
            await telling.turns(sender, 180, step=1)
            at = [row["at"] for row in await telling.attempts()]
            found.most_a_minute = max(sum(b <= each < b + 60 * NS for each in at) for b in at)
            found.told = sum(row["messages"] for row in await telling.attempts() if row["taken"])
            found.unsent = sum(state != "sent" for _, state in await telling.states())
    return found


async def fall_over(mode: Mode, *, life_safety: bool) -> float:
    """Seconds until the second channel has what the first does not take."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cloud.sqlite'}"
        await migrate(url)
        async with answering() as bots, database_of(url) as database:
            telling = Telling(database, bots, ManualClock(), patience=0.5)
            await telling.route(await telling.robot("group"), await telling.robot("other"))
            bots.modes["/group"] = mode
            begun = telling.clock.wall
            await telling.alarms(1, life_safety=life_safety)
            sender = telling.sender()
            while not bots.at("/other"):
                await telling.turns(sender, 1)
                if telling.clock.wall - begun > 600 * NS:
                    break
            return (telling.clock.wall - begun) / NS


@measure(area="notification")
async def storm_and_trouble() -> list[Figure]:
    """A storm to one robot; every way to misbehave, for life safety and for the rest."""
    found = await storm()
    worst = max([await fall_over(mode, life_safety=life) for mode, life in product(MISBEHAVING, (False, True))])
    how = f"{ALARMS} alarms in 10 s to one robot's stand-in, time simulated"
    return [
        Figure.at_most("messages a minute to one robot, most", found.most_a_minute, "", 20, how),
        Figure.exactly("alarms told, named or counted", found.told, "", ALARMS, how),
        Figure.exactly("deliveries not sent in the end", found.unsent, "", 0, how),
        Figure.at_most("next channel, worst of ten troubles", worst, "s", 60, "errcode in 200, 429, 5xx, hang"),
    ]
