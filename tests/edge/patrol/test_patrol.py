from __future__ import annotations

import json
import time

from edge.patrol.patrol import Patrol
from facility.clock import NS
from facility.event import Draft, PatrolRead
from tests.edge.patrol.walk import Walk, minute, route, silent, words

MIN = 60 * NS


def test_a_restart_at_any_moment_forgets_nothing_and_tells_nothing_twice() -> None:
    plain, restarted = Walk(), Walk()
    for walk in (plain, restarted):
        for step in range(0, 45 * 60, 30):
            walk.until(minute(0) + step * NS, 10)
            if step in (120, 480, 1320):
                walk.read({120: 1, 480: 2, 1320: 2}[step])
            if walk is restarted:
                walk.restart()
    assert [d.data for d in restarted.told] == [d.data for d in plain.told]
    assert restarted.patrol.missed() == plain.patrol.missed() == {("night", "c3")}


def test_windows_that_ended_while_the_edge_was_away_wait_for_what_the_broker_kept() -> None:
    walk = Walk()
    walk.until(minute(3))
    walk.read(1)
    assert walk.read(2) == ["early"]
    walk.jump(minute(22))
    walk.restart()
    assert walk.of("c2") == "early"
    walk.until(minute(22) + 10 * NS)
    assert walk.read(2, reader_clock=minute(8)) == ["late_upload"]
    assert walk.read(3, reader_clock=minute(15)) == ["on_time"], "nor does an old first message shift a clock"
    walk.until(minute(25))
    assert walk.of("c2") == "late_upload"


def test_what_was_missed_hours_ago_goes_into_the_record_and_alarms_nobody() -> None:
    walk = Walk()
    walk.until(minute(-1))
    walk.jump(minute(0, 11))
    walk.restart()
    with silent(walk):
        walk.until(minute(1, 11))
    assert [walk.of(c) for c in ("c1", "c2", "c3")] == ["missed"] * 3


def test_rounds_from_before_the_first_start_are_not_missed() -> None:
    walk = Walk(start=minute(1))
    walk.until(minute(45))
    assert walk.verdicts() == {}
    assert not walk.patrol.late_starts()


def test_new_windows_hold_from_the_next_round_on() -> None:
    walk = Walk()
    walk.until(minute(2))
    walk.read(1)
    shorter = route(checkpoints=[{"id": "c1", "reader": "r1", "tag": "t1", "before": "3min"}])
    walk.rewrite(shorter)
    walk.until(minute(7))
    assert walk.read(2) == ["on_time"], "the round that has begun goes on as it was"
    walk.until(minute(40), 20)
    walk.until(minute(3, 12) + 3 * NS, 20)
    assert walk.patrol.missed() == {("night", "c1"), ("night", "c3")}
    walk.restart()
    assert walk.verdicts()[("2026-03-01T04:00:00.000Z", "c1")] == "missed"


def test_a_route_that_is_taken_away_alarms_no_more() -> None:
    walk = Walk()
    walk.until(minute(11))
    assert walk.patrol.late_starts() == {"night"}
    walk.rewrite(route(id="other"))
    assert not walk.patrol.late_starts()


def old_reads(days: int) -> list[Draft]:
    """Three reads a round, twelve rounds a day, by readers whose clocks are right."""
    found = []
    for day in range(1, days + 1):
        for hour in range(0, 24, 2):
            for number, after in ((1, 2), (2, 8), (3, 15)):
                at = minute(after, hour) - day * 86_400 * NS
                data = PatrolRead(tag=f"t{number}", guard="g1", reader_clock=at, late_upload=True)
                found.append(Draft(data=data, at=at, equipment=f"r{number}"))
    return found


def test_an_upload_of_four_thousand_old_reads_is_quick_and_counts_once() -> None:
    walk = Walk(route(starts=[f"{hour:02}:00" for hour in range(0, 24, 2)]))
    reads = old_reads(112)[:4000]
    first = walk.patrol.hear(reads[:1])
    begun = time.thread_time()
    walk.disk |= first.state
    told = walk.patrol.hear(reads)
    seconds = time.thread_time() - begun
    walk.disk |= told.state
    said = words(first.drafts) + words(told.drafts)
    assert len(said) == 4000
    assert set(said) <= {"late_upload", "undecidable"}
    assert seconds < 5, f"{seconds:.1f} s"
    for again in (walk.patrol, restarted(walk)):
        more = again.hear(reads[:3000])
        assert more.drafts == []


def restarted(walk: Walk) -> Patrol:
    walk.restart()
    return walk.patrol


def test_what_is_kept_of_a_round_is_small() -> None:
    walk = Walk()
    for number, at in ((1, 2), (2, 8), (3, 15)):
        walk.until(minute(at))
        walk.read(number)
    walk.until(minute(50), 20)
    rounds = [v for k, v in walk.disk.items() if k.startswith("patrol/round/night") and v]
    assert max(map(len, rounds)) < 600
    assert json.loads(walk.disk.get("patrol/alarm/night", b"[null, {}]")) == [None, {}]
