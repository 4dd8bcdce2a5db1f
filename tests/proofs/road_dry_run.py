"""`sim inject pump-1 dry_run` is an alarm, an order and two frames on the stream within five seconds, twenty times."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.bench._measured import share
from tests.end_to_end.dry_run import DryRun
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.listening import Listening
from tests.end_to_end.outage import caught_up
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

TIMES = 20
WITHIN = 5.0
HOW = f"{TIMES} times inject and clear of a pump that runs; the demo's delay of 2 s and the poll of 1 s are within it"


@measure(area="road")
def dry_run() -> Iterator[Figure]:
    """The pumps of a zone take turns: the one that runs is chosen."""
    with Estate() as estate, Listening(estate.url, estate.token()) as stream:
        caught_up(estate)
        seconds, doubled, orders = [], 0, set()
        for _ in range(TIMES):
            pump = DryRun(estate, running(estate))
            took, order, live = one(pump, stream)
            seconds.append(took)
            doubled += live - 1
            orders.add((pump.name, order))
        several = len(orders) - len({name for name, _ in orders})
    yield Figure.at_most("dry run to alarm, order and stream, worst", max(seconds), "s", WITHIN, HOW)
    yield Figure.noted("dry run to alarm, order and stream p50", share(seconds, 0.5), "s", HOW)
    yield Figure.noted("dry run to alarm, order and stream p99", share(seconds, 0.99), "s", HOW)
    yield Figure.exactly("second live alarms after a second inject", doubled, "alarms", 0, HOW)
    yield Figure.exactly("second open orders of one pump", several, "orders", 0, HOW)


def running(estate: Estate) -> str:
    """A supply pump that runs now."""
    found = until(lambda: [p for p in (1, 2, 3, 4) if estate.values()[f"pump-{p}.running"] == 1.0], PATIENCE)
    return f"pump-{found[0]}"


def one(pump: DryRun, stream: Listening) -> tuple[float, str, int]:
    """Seconds until all four are there, the order, how many are live after a second inject."""
    began = time.perf_counter()
    pump.inject()
    alarm, order = pump.raised(), pump.order()
    asked = time.perf_counter()
    frames = (
        stream.wait("alarm", lambda a: a["id"] == alarm["id"]),
        stream.wait("work_order", lambda o: o["id"] == order["id"]),
    )
    took = max(asked, *(frame.at for frame in frames)) - began
    pump.inject()
    live = len(pump.active())
    pump.clear()
    until(lambda: not pump.active(), PATIENCE)
    return took, str(order["id"]), live
