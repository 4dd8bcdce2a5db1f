"""Fifty times killed and started again: every protocol's line is back within seconds, and keeps nothing of the cuts."""

import asyncio
import gc

from tests.contracts.line_driving import cycles, driven, good, held
from tests.contracts.line_peers import PEERS, Peer
from tests.contracts.line_watching import Seen, Told
from tests.measure import Figure, measure

CUTS = 50
BACK = 5.0


@measure(area="drivers")
async def restored() -> list[Figure]:
    """Each peer in turn."""
    found: list[Figure] = []
    for name, make in PEERS.items():
        peer = await asyncio.to_thread(make)
        await asyncio.to_thread(peer.start)
        try:
            found += await _cut(name, peer)
        finally:
            await asyncio.to_thread(peer.remove)
    return found


async def _cut(name: str, peer: Peer) -> list[Figure]:
    told, seen = Told(), Seen()
    line, point = peer.line(told)
    async with driven(line, [point], seen):
        await good(peer, seen, BACK)
        await cycles(peer, told, seen, 2)
        gc.collect()
        tasks, files = held()
        took = await cycles(peer, told, seen, CUTS)
        gc.collect()
        more_tasks, more_files = held()
    how = f"{CUTS} times killed and started again, one line, loopback"
    return [
        Figure.at_most(f"{name}: longest way back to a good value", round(max(took), 2), "s", BACK, how),
        Figure.at_most(f"{name}: tasks more than before", more_tasks - tasks, "", 1, how),
        Figure.at_most(f"{name}: file descriptors more than before", more_files - files, "", 2, how),
    ]
