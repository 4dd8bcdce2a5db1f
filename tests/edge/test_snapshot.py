from __future__ import annotations

import asyncio

from edge.points import point_table
from edge.snapshot import NEVER, Snapshot
from edge.ticks import Ticks
from facility.clock import NS, ManualClock, SystemClock
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.edge import building as b

TABLE = point_table(
    b.inventory(
        b.equipment("p", [b.point("a")]), b.equipment("q", [b.point("b"), b.point("t", Kind.TEXT)], stale_after=9.0)
    )
)


def test_the_first_frame_is_everything_and_then_only_what_changed() -> None:
    clock = ManualClock()
    snapshot = Snapshot(TABLE, clock)
    first = snapshot.take()
    assert first is not None
    assert (first.points, first.values, first.reasons) == (("p.a", "q.b"), (None, None), (Reason.UNKNOWN,) * 2)
    snapshot.put(b.samples(clock.wall, (0, 1.0), (1, 2.0)))
    snapshot.put(b.samples(clock.wall, (0, 3.0)))
    frame = snapshot.take()
    assert frame is not None
    assert (frame.points, frame.values) == (("p.a", "q.b"), (3.0, 2.0))
    snapshot.put(b.samples(clock.wall, (0, 3.0)))
    assert snapshot.take() is None
    snapshot.put(b.samples(clock.wall, (0, None)))
    frame = snapshot.take()
    assert frame is not None
    assert (frame.values, frame.qualities) == ((None,), (Quality.BAD,))
    snapshot.show_all()
    again = snapshot.take()
    assert again is not None
    assert again.points == ("p.a", "q.b")


def test_a_state_that_moves_is_told_and_can_be_taken_ahead_of_the_rest() -> None:
    clock = ManualClock()
    snapshot = Snapshot(point_table(b.inventory(b.equipment("p", [b.point("a"), b.point("on", Kind.STATE)]))), clock)
    snapshot.put(b.samples(clock.wall, (0, 1.0), (1, 0.0)))
    assert snapshot.take() is not None
    snapshot.put(b.samples(clock.wall, (0, 2.0), (1, 0.0)))
    assert not snapshot.state_moved.is_set()
    snapshot.put(b.samples(clock.wall, (0, 3.0), (1, 1.0)))
    assert snapshot.state_moved.is_set()
    ahead = snapshot.take(states=True)
    assert ahead is not None
    assert (ahead.points, ahead.values) == (("p.on",), (1.0,))
    assert not snapshot.state_moved.is_set()
    assert snapshot.take(states=True) is None
    rest = snapshot.take()
    assert rest is not None
    assert (rest.points, rest.values) == (("p.a",), (3.0,))
    snapshot.put(b.samples(clock.wall, (1, None)))
    assert snapshot.state_moved.is_set(), "a state that can't be read any more is news too"


def test_an_unchanged_value_that_is_heard_is_shown_again_with_its_new_time() -> None:
    clock = ManualClock()
    snapshot = Snapshot(TABLE, clock)
    snapshot.put(b.samples(clock.wall, (0, 1.0), (1, 2.0)))
    assert snapshot.take() is not None
    clock.advance(9)
    snapshot.put(b.samples(clock.wall, (0, 1.0)))
    assert snapshot.take() is None
    clock.advance(2)
    snapshot.put(b.samples(clock.wall, (0, 1.0)))
    frame = snapshot.take()
    assert frame is not None
    assert (frame.points, frame.values, frame.times) == (("p.a",), (1.0,), (clock.wall,))
    assert snapshot.take() is None


def test_each_point_is_stale_by_its_own_deadline_and_once() -> None:
    clock = ManualClock()
    snapshot = Snapshot(TABLE, clock)
    snapshot.put(b.samples(clock.wall, (0, 1.0), (1, 1.0)))
    clock.advance(3.1)
    late = snapshot.stale()
    assert late is not None
    assert (late.point.tolist(), late.reason.tolist()) == ([0], [Reason.STALE])
    snapshot.put(late)
    clock.advance(6)
    late = snapshot.stale()
    assert late is not None
    assert late.point.tolist() == [1]
    snapshot.put(late)
    clock.advance(10)
    assert snapshot.stale() is None


def test_a_retained_message_is_known_but_was_not_heard() -> None:
    clock = ManualClock()
    snapshot = Snapshot(TABLE, clock)
    batch = b.samples(clock.wall, (0, 1.0), quality=Quality.UNCERTAIN)
    batch.reason[:] = Reason.RETAINED
    snapshot.put(batch)
    assert snapshot.value[0] == 1.0
    assert snapshot.heard[0] == NEVER


async def test_who_waits_for_the_same_moment_wakes_together_and_early_on_demand() -> None:
    ticks = Ticks(SystemClock())
    moment = SystemClock().monotonic() + NS // 50
    first, second = ticks.waiter(moment), ticks.waiter(moment)
    early = ticks.waiter(moment + 3600 * NS)
    async with asyncio.timeout(60):
        await first
        assert second.done()
        early.set_result(None)
        await early
        await ticks.until(SystemClock().monotonic() - 1)
