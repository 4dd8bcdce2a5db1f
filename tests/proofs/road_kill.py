"""The edge killed while alarms rise, thirty times; and its two orderly endings."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator

from tests.end_to_end.delivered import events_missing, opened
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.kills import kill_while_alarms_rise, runs
from tests.end_to_end.outage import caught_up
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

KILLS = 30
ENDINGS = 10


@measure(area="road")
def kills() -> Iterator[Figure]:
    """Kill -9 within two seconds of a fault, start again."""
    with Estate() as estate:
        caught_up(estate)
        wrong = kill_while_alarms_rise(estate, KILLS, random.Random(7))
    how = f"{KILLS} kill -9 of the edge within 2 s of a fault, each started again" + "".join(
        f"; {w}" for w in wrong[:3]
    )
    yield Figure.exactly("kills: alarms or events lost or doubled", len(wrong), "", 0, how)


@measure(area="road")
def endings() -> Iterator[Figure]:
    """SIGTERM, with the cloud there and with it away."""
    with Estate() as estate:
        caught_up(estate)
        seconds = [ending(estate, cloud_away=bool(n % 2)) for n in range(ENDINGS)]
        caught_up(estate)
        missing = events_missing(estate)
    how = f"{ENDINGS} SIGTERMs, every other one with the cloud away; exit code 0, spool closed cleanly"
    yield Figure.at_most("SIGTERM to the end of the edge, worst", max(seconds), "s", 5.0, how)
    yield Figure.exactly("events lost or doubled over the endings", len(missing), "", 0, how)


def ending(estate: Estate, *, cloud_away: bool) -> float:
    """Seconds of one ending."""
    if cloud_away:
        estate.kill("cloud", signal.SIGTERM)
    began = time.monotonic()
    code = estate.end_edge(signal.SIGTERM)
    took = time.monotonic() - began
    assert code == 0, code
    db = opened(estate.edge_data / "spool.sqlite3")
    assert db.execute("SELECT value FROM meta WHERE key = 'clean'").fetchone() == ("yes",)
    db.close()
    if cloud_away:
        estate.start("cloud")
    estate.start("edge")
    until(lambda: runs(estate), PATIENCE, estate.logs)
    return took
