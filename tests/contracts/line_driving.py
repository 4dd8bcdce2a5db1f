"""A line driven as the edge drives it: what speaks is run, what is asked is asked again and again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psutil

from drivers.base import Bound, Line, Reads, Subscribes
from facility.errors import DeviceError
from tests.contracts.line_peers import VALUE, Peer
from tests.contracts.line_watching import Seen, Told, until

PERIOD = 0.05


async def _asked(line: Reads, points: list[Bound], seen: Seen) -> None:
    plan = line.plan(points)
    while True:
        with contextlib.suppress(DeviceError):
            await seen.deliver(await line.read(plan))
        await asyncio.sleep(PERIOD)


@contextlib.asynccontextmanager
async def driven(line: Line, points: list[Bound], seen: Seen) -> AsyncIterator[asyncio.Task[None]]:
    """Entered and used until the block ends; then cancelled, which must be clean."""
    async with line:
        use = line.run(seen.deliver) if isinstance(line, Subscribes) else None
        if use is None:
            assert isinstance(line, Reads)
            use = _asked(line, points, seen)
        task = asyncio.create_task(use)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])
    if not task.cancelled():
        await task


async def good(peer: Peer, seen: Seen, seconds: float) -> None:
    """Until a good value came after now."""
    count = len(seen.rows(0))
    async with asyncio.timeout(seconds):
        while (VALUE, 0, 0) not in seen.rows(0)[count:]:
            await asyncio.to_thread(peer.speak)
            await asyncio.sleep(PERIOD)


async def cycles(peer: Peer, told: Told, seen: Seen, times: int) -> list[float]:
    """Cut and restore; seconds from each restart to the next good value."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    for _ in range(times):
        await asyncio.to_thread(peer.kill)
        await until(lambda: told.down)
        seen.batches.clear()
        await asyncio.to_thread(peer.start)
        since = loop.time()
        await until(lambda: told.up)
        await good(peer, seen, 20)
        took.append(loop.time() - since)
    return took


def held() -> tuple[int, int]:
    """(tasks, file descriptors) of this process."""
    return len(asyncio.all_tasks()), psutil.Process().num_fds()
