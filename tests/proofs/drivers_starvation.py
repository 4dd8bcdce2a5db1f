"""One dead device, one dead unit, one overloaded line: what the others lose."""

import os

from tests.drivers.modbus.starving import dead_line, dead_unit, overload
from tests.measure import Figure, measure


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


@measure(area="drivers")
async def lines_beside_a_dead_one() -> list[Figure]:
    """19 lines to libmodbus and one to a port that accepts and never answers; 1 s period."""
    found = await dead_line(healthy=19, seconds=60)
    how = f"20 TCP lines, one dead, 1 s period, 60 s; {load()}"
    return [
        Figure.at_most("largest gap of any healthy device", max(w.gap for w in found), "s", 1.2, how),
        Figure.at_least("polls of the worst healthy device", min(w.polls for w in found), "of 60", 59, how),
    ]


@measure(area="drivers")
async def a_unit_beside_a_dead_one() -> list[Figure]:
    """Two units on one line, one of which never answers, from the first moment on."""
    found = await dead_unit(45)
    return [
        Figure.at_least(f"polls of a healthy unit beside a dead one, {kind}", n, "of 45", 43, f"45 s; {load()}")
        for kind, n in found.items()
    ]


@measure(area="drivers")
async def an_overloaded_line() -> list[Figure]:
    """Polls that take longer than their period: nothing piles up, everything that was not asked is counted."""
    found = await overload(60)
    how = f"3 units asked every second, a poll takes some 0.7 s, one line, 60 s: {found.polls} polls; {load()}"
    return [
        Figure.at_most("tasks more in the second half", found.tasks_after - found.tasks_before, "tasks", 0, how),
        Figure.at_least("overruns counted", found.missed, "periods", 1, how),
        Figure.at_most(
            "periods neither polled nor counted", abs(3 * found.seconds - found.polls - found.missed), "periods", 6, how
        ),
    ]
