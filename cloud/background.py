"""What runs beside the requests: the stream's fan-out, the watch over gateways, timers, the ear for other replicas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from cloud.conditions.keeping import Keeper
from cloud.database.postgres import PostgresDatabase
from cloud.forgetting import forget_old
from cloud.ledger.gathering import Ledger
from cloud.notification.guard import Guard
from cloud.notification.posting import Post
from cloud.notification.sender import Sender
from cloud.notification.setup import seal_anew
from cloud.photos.files import Files
from cloud.plans.running import RunHours
from cloud.presence import Watch
from cloud.sealing import Seal
from cloud.stream.hub import Hub
from cloud.stream.listening import listen
from cloud.timers.running import Timers


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Start all of it, and end it in good order."""
    state = app.state
    hub = Hub(state.database, state.latest, state.clock)
    await hub.start()
    state.hub = hub
    state.database.on_commit(hub.heard)
    state.post = Post(Guard(frozenset(state.settings.targets)), state.clock)
    state.seal = Seal(state.settings.secrets_file)
    await state.database.write(partial(seal_anew, seal=state.seal, all_of=False))
    sender = Sender(state.database, state.clock, state.post, state.seal, state.settings.pages_url)
    state.database.on_commit(sender.heard)
    watch = Watch(state.database, state.latest, state.clock)
    await watch.look()
    tasks = [
        asyncio.create_task(hub.run(), name="stream"),
        asyncio.create_task(watch.run(), name="presence"),
        asyncio.create_task(sender.run(), name="notification"),
        asyncio.create_task(
            forget_old(state.database, state.clock, Files(state.settings.photos_folder), state.settings.access_days),
            name="forgetting",
        ),
        asyncio.create_task(Timers(state.database, state.clock).run(), name="timers"),
        asyncio.create_task(RunHours(state.database, state.latest, state.clock).run(), name="run hours"),
    ]
    if state.historian is not None:
        keeper = Keeper(state.database, state.historian, state.clock)
        tasks.append(asyncio.create_task(keeper.run(), name="condition of equipment"))
    if state.historian is not None:
        ledger = Ledger(state.database, state.historian, state.clock)
        tasks.append(asyncio.create_task(ledger.run(), name="ledger"))
    if isinstance(state.database, PostgresDatabase):
        tasks.append(asyncio.create_task(listen(state.database.url, hub), name="stream of other replicas"))
    try:
        yield
    finally:
        for task in [*tasks, *state.links.values()]:
            task.cancel()
        await asyncio.gather(*tasks, *state.links.values(), return_exceptions=True)
