"""One line that speaks by itself: what it says goes to the disk first; writes to it are done one at a time."""

from __future__ import annotations

import asyncio

from drivers.base import Deliver, Resumes, Subscribes, Writes
from edge.bookmark import Bookmark
from edge.written import Wish, Written


class SpeakingLine:
    """The work of one open line."""

    def __init__(self, line: Subscribes, deliver: Deliver, written: Written, bookmark: Bookmark) -> None:
        self._line = line
        self._deliver = deliver
        self._written = written
        self._bookmark = bookmark
        self._writes: asyncio.Queue[Wish] = asyncio.Queue()

    async def run(self) -> None:
        """Listen until cancelled, or until the driver gives up."""
        beside = [asyncio.create_task(self._write(), name="writes")]
        if isinstance(self._line, Resumes):
            self._bookmark.open(self._line)
            beside.append(asyncio.create_task(self._bookmark.keep(self._line), name="bookmark"))
        try:
            await self._line.run(self._deliver)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            while not self._writes.empty():
                self._written.break_off(
                    self._writes.get_nowait(), "its line was closed before its turn came: not written"
                )

    def write(self, wish: Wish) -> None:
        """Do it when those before it are done."""
        self._writes.put_nowait(wish)

    async def _write(self) -> None:
        while isinstance(self._line, Writes):
            await self._written.carry_out(self._line, await self._writes.get())
