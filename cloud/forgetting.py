"""Forgets what is kept for a time only: frames of the stream, notices, deliveries, photos, who went where."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import Connection

from cloud.access.retention import AT_ONCE, DAYS, forget_access
from cloud.database.base import Database
from cloud.errors import Problem
from cloud.notices.store import forget_notices
from cloud.notification.store import forget as forget_deliveries
from cloud.photos.files import Files
from cloud.photos.retention import forget_photos
from cloud.stream.store import forget as forget_frames
from facility.clock import Clock

EVERY: Final = 600.0
"""Seconds between two times."""
Forget = Callable[[Connection, int], int]
KINDS: Final[dict[str, Forget]] = {
    "frames": forget_frames,
    "deliveries": forget_deliveries,
    "notices": forget_notices,
}
log = logging.getLogger(__name__)


async def forget_old(database: Database, clock: Clock, photos: Files, access_days: int = DAYS) -> None:
    """Again and again, until cancelled."""
    while True:
        await forget_once(database, photos, clock.now(), access_days)
        await asyncio.sleep(EVERY)


def _forget(forget: Forget, now: int, connection: Connection) -> int:
    return forget(connection, now)


async def forget_once(database: Database, photos: Files, now: int, access_days: int = DAYS) -> None:
    """Each kind in transactions of its own: what one can't forget now keeps no other."""
    kinds: dict[str, Forget] = {**KINDS, "lines of access": partial(forget_access, days=access_days)}
    for name, forget in kinds.items():
        try:
            while await database.write(partial(_forget, forget, now)) == AT_ONCE:
                continue
        except Problem as error:
            log.warning("old %s were not deleted: %s", name, error)
    try:
        await forget_photos(database, photos, now)
    except (Problem, OSError) as error:
        log.warning("old photos were not deleted: %s", error)
