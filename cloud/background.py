"""What runs beside the requests: the stream's fan-out, the watch over gateways, timers, the ear for other replicas."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

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

Run = Callable[[], Awaitable[None]]
AGAIN: Final = 5.0
"""Seconds after which what failed unforeseen begins again."""
log = logging.getLogger(__name__)


async def lasting(name: str, run: Run, again: float = AGAIN) -> None:
    """Run it until cancelled: nobody would notice that it had ended, until an alarm is missed."""
    while True:
        try:
            return await run()
        except Exception:
            log.exception("%s failed unforeseen; it begins again in %g s", name, again)
        await asyncio.sleep(again)


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
    forgets = partial(
        forget_old, state.database, state.clock, Files(state.settings.photos_folder), state.settings.access_days
    )
    runs: dict[str, Run] = {
        "stream": hub.run,
        "presence": watch.run,
        "notification": sender.run,
        "forgetting": forgets,
        "timers": Timers(state.database, state.clock).run,
        "run hours": RunHours(state.database, state.latest, state.clock).run,
    }
    if state.historian is not None:
        runs["condition of equipment"] = Keeper(state.database, state.historian, state.clock).run
        runs["ledger"] = Ledger(state.database, state.historian, state.clock).run
    if isinstance(state.database, PostgresDatabase):
        runs["stream of other replicas"] = partial(listen, state.database.url, hub)
    tasks = [asyncio.create_task(lasting(name, run), name=name) for name, run in runs.items()]
    try:
        yield
    finally:
        for task in [*tasks, *state.links.values()]:
            task.cancel()
        await asyncio.gather(*tasks, *state.links.values(), return_exceptions=True)
