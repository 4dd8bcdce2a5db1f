"""The edge's clock under everything that is done to a machine's."""

from __future__ import annotations

from itertools import pairwise

import pytest

from edge.steady_clock import SteadyClock
from facility.clock import EARLIEST, NS, ManualClock

HOUR = 3600.0


def run(steady: SteadyClock, clock: ManualClock, seconds: int) -> list[int]:
    """Its times, second by second."""
    times = []
    for _ in range(seconds):
        clock.advance(1)
        times.append(steady.now())
    return times


def test_two_hours_back_it_goes_on_slower_and_says_so_until_the_wall_is_there() -> None:
    clock = ManualClock()
    steady = SteadyClock(clock)
    before = run(steady, clock, 10)
    clock.step(-2 * HOUR)
    after = run(steady, clock, 100)
    assert before + after == sorted(before + after)
    assert (after[-1] - after[0]) / NS == pytest.approx(99 * 0.9)
    assert str(steady.state) == "stepped_back"
    assert steady.steps() == [-2 * HOUR]
    clock.step(2 * HOUR)
    assert run(steady, clock, 1) == [clock.wall]
    assert str(steady.state) == "trusted"


def test_it_catches_up_by_itself_ten_times_as_long_as_the_step() -> None:
    clock = ManualClock()
    steady = SteadyClock(clock)
    clock.step(-60)
    times = run(steady, clock, 700)
    assert times == sorted(times)
    assert str(steady.state) == "trusted"
    assert times[-1] == clock.wall


def test_a_day_ahead_for_a_minute_is_over_when_it_is_over() -> None:
    """Slowed down instead, every sample of the next ten days would be a day ahead."""
    clock = ManualClock()
    steady = SteadyClock(clock)
    before = run(steady, clock, 10)
    clock.step(26 * HOUR)
    ahead = run(steady, clock, 60)
    assert ahead[-1] == clock.wall
    clock.step(-26 * HOUR)
    after = run(steady, clock, 60)
    assert after[-1] == clock.wall
    assert str(steady.state) == "trusted"
    assert steady.steps() == [26 * HOUR, -26 * HOUR]
    given = before + ahead + after
    assert len(set(given)) == len(given), "no time is given twice"
    assert before + after == sorted(before + after)


def test_within_the_hole_it_does_not_run_backwards_either() -> None:
    clock = ManualClock()
    steady = SteadyClock(clock)
    run(steady, clock, 10)
    clock.step(26 * HOUR)
    run(steady, clock, 60)
    clock.step(-26 * HOUR)
    first = run(steady, clock, 600)
    clock.step(-300)
    second = run(steady, clock, 60)
    assert second[0] > first[-1]
    assert str(steady.state) == "stepped_back"


def test_a_clock_that_was_set_right_and_later_a_little_back_is_not_followed_back() -> None:
    clock = ManualClock()
    steady = SteadyClock(clock)
    clock.step(5)
    times = run(steady, clock, 3600)
    clock.step(-3)
    times += run(steady, clock, 20)
    assert times == sorted(times)


def test_from_1970_to_now_it_is_untrusted_and_then_right_at_once() -> None:
    clock = ManualClock(wall=600 * NS)
    steady = SteadyClock(clock)
    run(steady, clock, 60)
    assert str(steady.state) == "untrusted"
    clock.wall = 1_790_000_000 * NS
    times = run(steady, clock, 60)
    assert times[-1] == clock.wall
    assert str(steady.state) == "trusted"
    clock.step(-2 * HOUR)
    times += run(steady, clock, 60)
    assert times == sorted(times), "what the run before may have written is no hole"


def test_to_1970_while_it_runs_it_goes_on_from_where_it_was() -> None:
    clock = ManualClock()
    steady = SteadyClock(clock)
    before = run(steady, clock, 10)
    clock.wall = 600 * NS
    after = run(steady, clock, 60)
    assert after[0] > before[-1] > EARLIEST
    assert str(steady.state) == "stepped_back"


@pytest.mark.parametrize("change", [1_774_746_000, 1_792_888_400], ids=["summer begins", "winter begins"])
def test_where_summer_time_changes_nothing_changes(change: int) -> None:
    clock = ManualClock(wall=(change - 5) * NS)
    steady = SteadyClock(clock)
    times = run(steady, clock, 10)
    assert [b - a for a, b in pairwise(times)] == [NS] * 9
    assert steady.steps() == []
