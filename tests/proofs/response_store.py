"""20,000 steps of alarms through SQLite and through PostgreSQL, and their statistics recounted."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from cloud.database.opening import database_of
from cloud.migrations.running import migrate
from tests.cloud.stored_lives import StoredLives, shown
from tests.measure import Figure, measure
from tests.services.postgres import Postgres

STEPS: Final = 20_000


@measure(area="response")
async def sqlite() -> list[Figure]:
    """In a file."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-response-") as name:
        return await walked("SQLite", f"sqlite:///{Path(name) / 'cloud.sqlite'}")


@measure(area="response")
async def postgresql() -> list[Figure]:
    """On a server of our own."""
    with Postgres() as server:
        return await walked("PostgreSQL", server.database())


async def walked(store: str, url: str) -> list[Figure]:
    """The walk in this store; a broken rule raises."""
    await migrate(url)
    async with database_of(url) as database:
        lives = StoredLives(database, seed=1)
        await lives.begin()
        await lives.walk(STEPS)
        found, counted = await lives.recounted()
    differ = sum(shown(found)[name] != counted[name] for name in counted)
    how = f"{sum(lives.done.values())} things done or refused, timers and rows compared after each step"
    return [
        Figure.exactly(f"response steps through {store}", STEPS, "steps", STEPS, how),
        Figure.exactly(f"response statistics that differ from a recount, {store}", differ, "figures", 0, how),
    ]
