"""On PostgreSQL: hears of the frames that other replicas put into the stream."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import asyncpg  # type: ignore[import-untyped]

from cloud.stream.hub import Hub
from cloud.stream.store import CHANNEL

BACK_OFF = 2.0
log = logging.getLogger(__name__)


async def listen(url: str, hub: Hub) -> None:
    """Wake the hub at every NOTIFY until cancelled; after a break it looks into the table."""
    plain = url.replace("postgresql+asyncpg:", "postgresql:", 1)
    while True:
        gone = asyncio.Event()
        try:
            connection: Any = await asyncpg.connect(plain, timeout=10)
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            log.warning("can't listen for the stream: %s", error)
            await asyncio.sleep(BACK_OFF)
            continue
        try:
            connection.add_termination_listener(lambda _, gone=gone: gone.set())
            await connection.add_listener(CHANNEL, lambda *_: hub.wake())
            hub.wake()
            await gone.wait()
        finally:
            connection.terminate()
