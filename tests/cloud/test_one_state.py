"""What a work reads is one state of the store, whatever is written meanwhile."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection
from sqlalchemy.util import await_only

from cloud.database.opening import database_of
from cloud.settings import Settings
from cloud.stream.store import after, publish

NOW = 1_790_000_000 * 10**9


async def test_a_read_sees_one_state_while_others_write(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    async with database_of(settings.database_url) as database:

        async def written() -> None:
            await database.write(lambda c: publish(c, "alarm", "s", "meanwhile", at=NOW))

        def wait_for_a_write(connection: Connection) -> None:
            if connection.dialect.name == "postgresql":
                await_only(written())
            else:
                asyncio.run_coroutine_threadsafe(written(), loop).result(10)

        def work(connection: Connection) -> tuple[int, int]:
            before = len(after(connection, 0))
            wait_for_a_write(connection)
            return before, len(after(connection, 0))

        assert await database.read(work) == (0, 0)
        assert len(await database.read(lambda c: after(c, 0))) == 1
