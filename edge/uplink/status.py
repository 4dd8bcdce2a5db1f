"""Tells the cloud how this gateway is: lines, units, lanes, ends; the newest word counts, nothing of it is kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from edge.delivery import Away
from edge.uplink.connection import Connection
from facility.gateway_status import TELL_EVERY, Status

log = logging.getLogger(__name__)

OLDER_CLOUD: Final = 600.0
"""Seconds to the next try where the cloud does not know the path: it is older than this gateway."""


async def keep_telling(connection: Connection, status: Callable[[], Status]) -> None:
    """Until cancelled. What the cloud does not take is not sent again: the next word is newer."""
    while True:
        rest = await tell(connection, status())
        await asyncio.sleep(rest)


async def tell(connection: Connection, status: Status) -> float:
    """Once; seconds to the next time."""
    try:
        answer = await connection.send("PUT", "/status", status.model_dump_json().encode())
    except Away as away:
        log.debug("status: %s", away)
        return TELL_EVERY
    if answer.status == 404:
        return OLDER_CLOUD
    if answer.status >= 400:
        log.debug("status: the cloud answered %d: %s", answer.status, answer.text[:200])
    return TELL_EVERY
