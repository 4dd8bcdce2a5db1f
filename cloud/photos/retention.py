"""Deletes the photos whose time is over: the file first, so that no row is gone while its picture is still there."""

from __future__ import annotations

import asyncio

from cloud.database.base import Database
from cloud.photos.files import Files
from cloud.photos.store import drop_photos, expired


async def forget_photos(database: Database, files: Files, now: int) -> int:
    """How many were deleted."""
    gone = 0
    while old := await database.read(lambda c: expired(c, now)):
        for file in old.values():
            await asyncio.to_thread(files.drop, file)
        ids = list(old)
        gone += await database.write(lambda c: drop_photos(c, ids))  # noqa: B023 - run before the next turn
    return gone
