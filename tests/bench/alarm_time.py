"""From the moment a register changes in the simulator to the SSE client: the whole road of an alarm."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from tests.bench._measured import share
from tests.end_to_end.estate import Estate
from tests.end_to_end.listening import Listening
from tests.end_to_end.outage import caught_up, short_faults
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

RAISES = 60


@measure(area="alarm")
def simulator_to_stream() -> Iterator[Figure]:
    """`supervisory` and `shielded` of the fire panel's addresses: no delay, polled each second."""
    with Estate() as estate, Listening(estate.url, estate.token()) as stream:
        caught_up(estate)
        chance = random.Random(1)
        times = []
        for fault, address, _ in short_faults(estate, RAISES):
            time.sleep(chance.random())  # the poll before has just shown the mending: leave its phase
            times.append(one(estate, stream, fault, address))
    how = (
        f"{len(times)} raises at fire panel addresses (rules `shielded`, `supervisory`: no delay; Modbus poll of 1 s): "
        "inject → plant (moves every 0.2 s) → poll → detection → spool (fsync) → HTTP → alarm row → SSE frame"
    )
    yield Figure.at_most("alarm from simulator to SSE p50", 1000 * share(times, 0.5), "ms", 1000, how)
    yield Figure.at_most("alarm from simulator to SSE p99", 1000 * share(times, 0.99), "ms", 2000, how)


def one(estate: Estate, stream: Listening, fault: str, address: str) -> float:
    """Seconds from the answer to `inject` to the frame; mended afterwards."""
    estate.inject("fire-panel", fault, address=address)
    began = time.perf_counter()
    frame = stream.wait("alarm", lambda a: (a["rule"], a["instance"], a["detection"]) == (fault, address, "active"), 30)
    estate.clear("fire-panel", fault)
    until(lambda: not estate.active("fire-panel", fault), 30)
    return frame.at - began
