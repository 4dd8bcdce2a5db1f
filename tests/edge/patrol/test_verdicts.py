from __future__ import annotations

import pytest

from facility.clock import NS
from facility.event import PatrolRead, PatrolVerdict
from tests.edge.patrol.walk import Walk, minute, route, silent

MIN = 60 * NS


def begun(*minutes: float) -> Walk:
    walk = Walk()
    for number, at in enumerate(minutes, 1):
        walk.until(minute(at))
        assert walk.read(number) == ["on_time"]
    return walk


def test_a_whole_round_is_on_time_and_alarms_nobody() -> None:
    walk = begun(2, 8, 15)
    walk.until(minute(40))
    assert walk.verdicts() == {("2026-03-01T00:00:00.000Z", c): "on_time" for c in ("c1", "c2", "c3")}
    assert not walk.patrol.missed()
    assert not walk.patrol.late_starts()


def test_a_late_start_alarms_seconds_after_its_window_without_any_message() -> None:
    walk = Walk()
    walk.until(minute(10))
    assert not walk.patrol.late_starts()
    walk.until(minute(10) + 10 * NS)
    assert walk.patrol.late_starts() == {"night"}
    walk.until(minute(12))
    walk.read(1)
    assert not walk.patrol.late_starts(), "begun after all"


def test_a_missed_point_alarms_at_the_end_of_its_window_and_ends_when_somebody_comes() -> None:
    walk = begun(2)
    walk.until(minute(15))
    walk.read(3)
    walk.until(minute(20))
    assert walk.of("c2") is None
    walk.until(minute(20) + 3 * NS)
    assert walk.of("c2") == "missed"
    assert walk.patrol.missed() == {("night", "c2")}
    walk.until(minute(25))
    assert walk.read(2) == ["late"]
    assert not walk.patrol.missed()
    assert walk.told[-1].data.replaces == "missed"  # type: ignore[union-attr]


def test_a_round_that_nobody_began_ends_with_the_next_one() -> None:
    walk = Walk()
    walk.until(minute(45), 5)
    assert walk.patrol.missed() == {("night", c) for c in ("c1", "c2", "c3")}
    walk.until(minute(2, 12), 30)
    walk.read(1)
    assert not walk.patrol.missed()
    assert not walk.patrol.late_starts()


def test_early_counts_until_a_better_one_comes() -> None:
    walk = begun(1)
    walk.until(minute(3))
    assert walk.read(2) == ["early"]
    walk.until(minute(6))
    assert walk.read(2) == ["on_time"]
    walk.until(minute(7))
    assert walk.read(2) == ["duplicate"]


def test_an_early_one_alone_is_no_missed_one() -> None:
    walk = begun(1)
    walk.until(minute(3))
    walk.read(2)
    walk.until(minute(50))
    assert walk.of("c2") == "early"
    assert ("night", "c2") not in walk.patrol.missed()


def test_out_of_order_is_who_comes_after_a_later_point() -> None:
    walk = begun(1)
    walk.until(minute(12))
    assert walk.read(3) == ["on_time"], "who skips one is not out of order, the skipped one is"
    walk.until(minute(14))
    assert walk.read(2) == ["out_of_order"]


def test_a_free_route_has_no_order() -> None:
    walk = Walk(route(ordered=False))
    walk.until(minute(6))
    walk.read(2)
    walk.until(minute(8))
    assert walk.read(1) == ["on_time"]


def test_too_fast_and_too_slow_after_the_point_before() -> None:
    walk = begun(5)
    walk.until(minute(5.5))
    assert walk.read(2) == ["too_fast"]
    walk.until(minute(21))
    assert walk.read(3) == ["late"], "within its window, but more than 15 min after the point before"


@pytest.mark.parametrize(
    ("guards", "who", "said"),
    [
        ((), "g2", "wrong_guard"),
        (("g1", "g2"), "g2", "on_time"),
        (("g1",), "g2", "wrong_guard"),
        ((), None, "on_time"),
    ],
)
def test_wrong_guard_is_who_neither_opened_the_round_nor_stands_in_its_list(
    guards: tuple[str, ...], who: str | None, said: str
) -> None:
    walk = Walk(route(guards=guards))
    walk.until(minute(2))
    assert walk.read(1) == ["on_time"]
    walk.until(minute(7))
    assert walk.read(2, who) == [said]


def test_a_wrong_guard_does_not_hide_a_missed_point() -> None:
    walk = Walk(route(guards=["g1"]))
    walk.until(minute(2))
    walk.read(1, "stranger")
    walk.until(minute(11))
    assert walk.of("c1") == "missed"
    assert walk.patrol.late_starts() == {"night"}


def test_an_unknown_tag_is_told_and_belongs_to_no_round() -> None:
    walk = begun(2)
    draft = walk.told[0].model_copy(update={"data": PatrolRead(tag="t9", guard="g1", reader_clock=walk.clock.wall)})
    said = walk.take(walk.patrol.hear([draft]))[-1].data
    assert isinstance(said, PatrolVerdict)
    assert (said.verdict, said.route, said.tag) == ("unknown_tag", "", "t9")


def test_who_merely_comes_by_gets_no_verdict() -> None:
    walk = Walk()
    walk.until(minute(30, 10), 60)
    assert walk.read(1) == []
    assert walk.told[-1].data.type == "patrol.read"


def test_a_late_upload_corrects_the_record_and_alarms_nobody() -> None:
    walk = begun(2)
    walk.until(minute(35))
    assert walk.patrol.missed() == {("night", "c2"), ("night", "c3")}
    with silent(walk):
        assert walk.read(2, at=minute(8), reader_now=walk.clock.wall) == ["late_upload"]
    assert walk.patrol.missed() == {("night", "c3")}
    assert walk.told[-1].data.replaces == "missed"  # type: ignore[union-attr]
    assert [d.data.type for d in walk.told[-2:]] == ["patrol.read", "patrol.verdict"]


def test_a_late_upload_can_put_others_right() -> None:
    walk = begun(2)
    walk.until(minute(16))
    walk.read(3)
    walk.until(minute(18))
    assert walk.read(2) == ["out_of_order"]
    assert walk.read(2, at=minute(8), reader_now=walk.clock.wall) == ["on_time", "duplicate"]
    assert walk.told[-1].data.replaces == "out_of_order"  # type: ignore[union-attr]


def test_the_same_upload_twice_is_one() -> None:
    walk = Walk()
    walk.until(minute(50), 60)
    for _ in range(2):
        walk.read(1, at=minute(2), reader_now=walk.clock.wall)
        walk.restart()
    assert [d.data.type for d in walk.told].count("patrol.read") == 1


def test_a_reader_that_is_off_is_corrected_and_said_to_be() -> None:
    walk = Walk()
    walk.until(minute(2))
    assert walk.read(1, reader_clock=walk.clock.wall + 10 * MIN) == ["clock_shifted"]
    assert walk.told[-1].at == walk.clock.wall
    walk.until(minute(25))
    assert walk.read(1, at=minute(3) + 10 * MIN) == ["duplicate"], "13 past by its clock, 3 past by ours"


def test_a_margin_smaller_than_the_clock_s_error_is_undecidable() -> None:
    walk = begun(2)
    walk.until(minute(40))
    assert walk.read(2, at=minute(5) + 30 * NS) == ["undecidable"], "a clock that was never compared: 5 min"
    assert walk.read(3, at=minute(31), reader_now=walk.clock.wall) == ["late"], "known to two seconds"


def test_a_message_that_the_broker_kept_does_not_shift_the_clock() -> None:
    walk = begun(2)
    walk.until(minute(2, 12), 30)
    walk.read(1)
    was = walk.clock.wall
    walk.until(was + 6 * MIN, 30)
    said = walk.read(1, reader_clock=was + 60 * NS)
    assert said == ["duplicate"]
    assert walk.told[-1].at == was + 60 * NS


def test_two_routes_share_a_point_and_each_guard_walks_his_own() -> None:
    other = route(id="fire", kind="fire", starts=["08:00"], guards=["f1"])
    walk = Walk(route(guards=["g1"]), other)
    walk.until(minute(2))
    assert walk.read(1, "f1") == ["on_time"]
    assert walk.told[-1].data.route == "fire"  # type: ignore[union-attr]
    assert walk.read(1, "g1") == ["on_time"]
    assert walk.read(1, "nobody") == ["wrong_guard"]
