"""kill -9 of the edge at any moment while alarms rise and clear, and what must be true after it."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter

from tests.end_to_end.delivered import events_missing
from tests.end_to_end.edge_status import NotRunning, ask_status
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.outage import Short, caught_up, short_faults
from tests.end_to_end.waiting import until


def kill_while_alarms_rise(estate: Estate, times: int, chance: random.Random) -> list[str]:
    """Each time: break a place, kill within two seconds, start again, wait for its one alarm, mend. What is wrong."""
    estate.acknowledge_all()
    wrong: list[str] = []
    shorts = short_faults(estate, times)
    known = {a["id"] for a in panel(estate)}
    for short in shorts:
        wrong += one_kill(estate, short, chance.uniform(0.0, 2.0))
    caught_up(estate)
    raised = Counter((a["rule"], a["instance"]) for a in panel(estate) if a["id"] not in known)
    wrong += [f"{key}: {n} alarms" for key, n in raised.items() if n != 1]
    wrong += [f"{fault} {instance}: no alarm" for fault, _, instance in shorts if (fault, instance) not in raised]
    return [*wrong, *events_missing(estate)]


def one_kill(estate: Estate, short: Short, after: float) -> list[str]:
    """Break a place, kill `after` seconds later, start again, wait for its one alarm, mend."""
    fault, address, instance = short

    def mine() -> list[dict[str, object]]:
        return [a for a in estate.active("fire-panel", fault) if a["instance"] == instance]

    estate.inject("fire-panel", fault, address=address)
    time.sleep(after)
    estate.kill("edge", signal.SIGKILL)
    estate.start("edge")
    until(lambda: runs(estate), PATIENCE, estate.logs)
    found = until(mine, PATIENCE, estate.logs)
    estate.clear("fire-panel", fault)
    until(lambda: not mine(), PATIENCE, estate.logs)
    return [] if len(found) == 1 else [f"{fault} {instance}: {len(found)} active alarms"]


def panel(estate: Estate) -> list[dict[str, object]]:
    """Every alarm of the fire panel."""
    return estate.items("alarms", equipment="fire-panel", limit=500)


def runs(estate: Estate) -> bool:
    """Whether the edge that was started last answers."""
    try:
        return bool(ask_status(estate.edge_data).pid == estate.part("edge").pid)
    except NotRunning:
        return False
