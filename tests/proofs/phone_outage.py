"""A thousand actions that waited on fifty telephones in an outage, on both stores: each once, in order, none lost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from cloud.migrations.running import migrate
from cloud.settings import Settings
from tests.cloud.conftest import serving
from tests.cloud.order_actions.outage import storm
from tests.measure import Figure, measure
from tests.services.postgres import Postgres

PHONES: Final = 50
ORDERS: Final = 4
ACTIONS: Final = 5


@measure(area="phone")
async def sqlite() -> list[Figure]:
    """In a file."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-phone-"))
    try:
        return await _outage("SQLite", Settings(data=folder))
    finally:
        shutil.rmtree(folder)


@measure(area="phone")
async def postgresql() -> list[Figure]:
    """On a server of our own."""
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="gatehouse-phone-") as name:
        return await _outage("PostgreSQL", Settings(data=Path(name), database=server.database()))


async def _outage(store: str, settings: Settings) -> list[Figure]:
    await migrate(settings.database_url)
    async with serving(settings) as house:
        found = await storm(house.url, house.database, phones=PHONES, orders=ORDERS, actions=ACTIONS)
    how = "batches repeated, sent twice at once and cut, clocks wrong by up to a day; recounted from the steps"
    return [
        Figure.exactly(f"queued actions delivered, {store}", found.sent, "actions", PHONES * ORDERS * ACTIONS, how),
        Figure.exactly(f"actions lost, {store}", found.lost, "actions", 0, how),
        Figure.exactly(f"actions taken twice, {store}", found.doubled, "actions", 0, how),
        Figure.exactly(f"steps out of order, {store}", found.disordered, "steps", 0, how),
        Figure.exactly(f"conflicts told with the order as it is, {store}", found.conflicts_told, "orders",
                       found.conflicts, how),
    ]  # fmt: skip
