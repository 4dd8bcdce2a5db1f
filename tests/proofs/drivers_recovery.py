"""Every kind of device killed and started again fifty times."""

import os
import statistics

from tests.drivers.modbus.cutting import cut_and_restore
from tests.measure import Figure, measure

TIMES = 50


@measure(area="drivers")
async def cut_and_restored() -> list[Figure]:
    """Ended by kill -9, away for 0 … 4.2 s, started again; one poller all the time."""
    found = await cut_and_restore(TIMES)
    median = {p.peer: statistics.median(p.back) for p in found.peers}
    how = f"{TIMES} cuts by kill -9, 1 s period; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    figures = [
        Figure.at_most(f"back, {p.peer}", max(p.back), "s", 5, f"{how}; median {median[p.peer]:.2f} s")
        for p in found.peers
    ]
    return [
        *figures,
        Figure.at_most("tasks left over", found.tasks, "tasks", 0, how),
        Figure.at_most("file descriptors left over", found.files, "files", 0, how),
    ]
