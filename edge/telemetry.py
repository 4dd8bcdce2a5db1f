"""The telemetry lane's way in: batches of one window are gated, formatted, compressed and committed as one."""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from edge.gate import Refused, gate
from edge.lineprotocol import Lines
from edge.spool import Spool
from facility.batch import Batch
from facility.clock import Clock
from facility.inventory import Inventory

FULL: Final = 200_000
"""Samples that are committed at once, whatever their window."""
SMALL: Final = 10_000
"""Samples up to which a window is packed at once, in a few milliseconds: the way to a thread and back costs more."""
GZIP: Final = 31
"""zlib's window bits of a gzip member: what is on disk is what is sent."""
FIRST: Final = 0.02
"""Seconds of the first window: a start is over when the first samples are on disk."""
TELL_EVERY: Final = 60.0
"""Seconds between two records of samples refused for the same reason."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One window: a gzip member, how many samples, and the times it spans."""

    body: bytes
    samples: int
    start: int
    end: int


class Telemetry:
    """Group commit: one encode, one compression, one sync per window, however many lines deliver."""

    def __init__(self, spool: Spool, inventory: Inventory, clock: Clock) -> None:
        self._spool = spool
        self._clock = clock
        self._lines = Lines(inventory)
        self._names = [point.id for point in inventory.points]
        self._batches: list[Batch] = []
        self._promise: asyncio.Future[None] | None = None
        self._samples = 0
        self._due = 0.0
        self._first = True
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._refusing: dict[str, Refused] = {}
        self._told: dict[str, float] = {}
        self.refused: Counter[str] = Counter()
        """Samples that the gate refused, by reason."""

    def put(self, batch: Batch, within: float = 1.0) -> asyncio.Future[None]:
        """Take a batch; the future is done when it is on disk, at the latest after `within` seconds and the sync."""
        loop = asyncio.get_running_loop()
        due = loop.time() + (FIRST if self._first else within)
        if self._promise is None:
            self._promise = loop.create_future()
            self._due = due
            self._woken.set()
        self._batches.append(batch)
        self._samples += len(batch)
        if due < self._due or self._samples >= FULL:
            self._due = min(self._due, due)
            self._woken.set()
        return asyncio.shield(self._promise)

    async def run(self) -> None:
        """Until cancelled; what is in memory then is on disk before this ends. SpoolError where the disk failed."""
        try:
            while True:
                await self._window()
                await asyncio.shield(asyncio.create_task(self._commit()))
        finally:
            await self.drain()

    async def drain(self) -> None:
        """Commit what is there now, and record what the gate refused."""
        await self._commit()
        await self._tell(whatever=True)

    async def _window(self) -> None:
        loop = asyncio.get_running_loop()
        while self._promise is None or (self._samples < FULL and loop.time() < self._due):
            self._woken.clear()
            try:
                async with asyncio.timeout_at(None if self._promise is None else self._due):
                    await self._woken.wait()
            except TimeoutError:
                return

    async def _commit(self) -> None:
        async with self._turn:
            batches, promise = self._batches, self._promise
            if promise is None:
                return
            self._batches, self._promise, self._samples, self._first = [], None, 0, False
            try:
                small = sum(map(len, batches)) <= SMALL
                packed = self._pack(batches) if small else await asyncio.to_thread(self._pack, batches)
                if packed is not None:
                    await self._spool.store(
                        packed.body, samples=packed.samples, start=packed.start, end=packed.end, sifted=True
                    )
            except Exception as error:
                promise.set_exception(error)
                raise
            promise.set_result(None)
            await self._tell()

    def _pack(self, batches: Sequence[Batch]) -> Packed | None:
        now = self._clock.now()
        passed = [gate(batch, now, self._names, self._refusing) for batch in batches]
        samples = sum(map(len, passed))
        if not samples:
            return None
        squeeze = zlib.compressobj(1, zlib.DEFLATED, GZIP)
        body = squeeze.compress(b"".join(map(self._lines.encode, passed))) + squeeze.flush()
        times = [batch.time for batch in passed if len(batch)]
        return Packed(body, samples, min(int(t.min()) for t in times), max(int(t.max()) for t in times))

    async def _tell(self, *, whatever: bool = False) -> None:
        now = asyncio.get_running_loop().time()
        for why, refused in list(self._refusing.items()):
            if not whatever and now - self._told.get(why, -TELL_EVERY) < TELL_EVERY:
                continue
            self._told[why] = now
            self.refused[why] += refused.count
            del self._refusing[why]
            body = "\n".join(refused.samples).encode()
            await self._spool.refuse(why, body, samples=refused.count, start=refused.start, end=refused.end)
