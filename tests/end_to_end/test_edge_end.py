"""How the edge ends, and what is there after it."""

import os
import random
import signal

from tests.end_to_end.delivered import event_high, events_missing, opened
from tests.end_to_end.edge_status import ask_status
from tests.end_to_end.estate import Estate
from tests.end_to_end.kills import kill_while_alarms_rise, runs
from tests.end_to_end.outage import caught_up
from tests.end_to_end.waiting import until

AT_ONCE = 130


def test_sigterm_ends_it_with_everything_delivered_or_on_disk(estate: Estate) -> None:
    caught_up(estate)
    sampled = ask_status(estate.edge_data).samples
    assert sampled > 0
    assert estate.end_edge(signal.SIGTERM) == 0, estate.part("edge").tail(60)
    db = opened(estate.edge_data / "spool.sqlite3")
    assert db.execute("SELECT value FROM meta WHERE key = 'clean'").fetchone() == ("yes",)
    db.close()
    high = event_high(estate)
    estate.start("edge")
    until(lambda: runs(estate))
    assert until(lambda: event_high(estate)["event"] > high["event"]), "it says that it has started"
    caught_up(estate)
    assert events_missing(estate) == []


def test_a_second_sigterm_loses_nothing(estate: Estate) -> None:
    """The cloud stands still as if asleep: there is something to deliver and nobody says no.

    On a slow machine the orderly end may be done before the second signal comes.
    """
    cloud = estate.part("cloud").pid
    os.kill(cloud, signal.SIGSTOP)
    try:
        before = estate.part("edge").tail(2000).count("ending in order")
        os.kill(estate.part("edge").pid, signal.SIGTERM)
        until(lambda: estate.part("edge").tail(2000).count("ending in order") > before)
        assert estate.end_edge(signal.SIGTERM) in (0, AT_ONCE)
    finally:
        os.kill(cloud, signal.SIGCONT)
        estate.start("edge")
    until(lambda: runs(estate))
    caught_up(estate)
    assert events_missing(estate) == []


def test_killed_while_alarms_rise_nothing_is_lost_or_doubled(estate: Estate) -> None:
    assert kill_while_alarms_rise(estate, 2, random.Random(1)) == []
