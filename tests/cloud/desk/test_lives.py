"""What needs no store: a complaint's life, the same day, holidays from today on, how far somebody is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.complaints.life import Life, answer, assign, end_of_day, handle, reopen, same_day
from cloud.errors import Conflict, Unprocessable
from cloud.holidays.days import changed, in_force
from cloud.rooms.number import key_of
from cloud.service_levels.store import Terms
from cloud.supply_notices.touching import below
from cloud.work_orders.distance import between
from facility.clock import NS, from_iso

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
PARENTS = {"tower": None, "low": "tower", "f1": "low", "f2": "low", "lobby": "f1", "garage": None, "pit": "garage"}


def test_the_day_ends_at_local_midnight_also_when_the_clocks_change() -> None:
    assert end_of_day(from_iso("2026-11-20T15:59:59Z"), SHANGHAI) == from_iso("2026-11-20T16:00:00Z")
    assert end_of_day(from_iso("2026-11-20T16:00:00Z"), SHANGHAI) == from_iso("2026-11-21T16:00:00Z")
    assert end_of_day(from_iso("2026-10-24T23:00:00Z"), BERLIN) == from_iso("2026-10-25T23:00:00Z")


@given(st.integers(0, 4_000_000_000), st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]))
def test_a_complaint_is_due_in_its_own_local_day(at: int, zone: str) -> None:
    due = end_of_day(at * NS, ZoneInfo(zone))
    assert at * NS < due <= (at + 90_000) * NS
    before, after = (datetime.fromtimestamp(t // NS, UTC).astimezone(ZoneInfo(zone)) for t in (due - NS, due))
    assert before.date() == datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).date() != after.date()


def test_a_complaint_is_answered_before_it_is_handled_and_can_go_on() -> None:
    life = Life(state="received", owner="wu")
    with pytest.raises(Conflict, match="heard nothing"):
        handle(life, 5, valid=True)
    with pytest.raises(Conflict, match="already"):
        assign(life, "wu")
    answer(life, 5)
    answer(life, 9)
    assert (life.answered_at, life.state) == (5, "answered")
    handle(life, 10, valid=False)
    assert (life.valid, life.handled_at) == (False, 10)
    with pytest.raises(Conflict):
        answer(life, 11)
    with pytest.raises(Conflict):
        handle(life, 11, valid=True)
    with pytest.raises(Conflict):
        assign(life, "li")
    reopen(life)
    assert (life.state, life.valid, life.handled_at, life.answered_at) == ("answered", None, None, 5)
    with pytest.raises(Conflict):
        reopen(life)
    assign(life, "li")
    assert life.owner == "li"


@pytest.mark.parametrize(
    ("answered", "now", "verdict"),
    [(99, 200, "kept"), (100, 200, "broken"), (None, 99, "running"), (None, 100, "broken")],
)
def test_the_answer_counts_until_midnight(answered: int | None, now: int, verdict: str) -> None:
    assert same_day(100, answered, now) == verdict


def test_holidays_change_from_today_on_and_leave_what_was_counted() -> None:
    now, today = from_iso("2026-11-22T04:00:00Z"), date(2026, 11, 22)
    first = changed(Terms(), [date(2026, 12, 25)], [date(2026, 12, 26)], today, now)
    assert [each.start for each in first.calendars] == [now]
    assert in_force(first, now).holidays == (date(2026, 12, 25),)
    later = now + 40 * 86_400 * NS
    after = date(2027, 1, 1)
    again = changed(first, [date(2026, 12, 25), date(2027, 2, 6)], [date(2026, 12, 26)], after, later)
    assert in_force(again, later).holidays == (date(2026, 12, 25), date(2027, 2, 6))
    assert len(again.calendars) == 1
    with pytest.raises(Unprocessable, match="is past"):
        changed(first, [], [date(2026, 12, 26)], after, later)
    with pytest.raises(Unprocessable, match="holiday and a working day"):
        changed(first, [date(2027, 2, 6)], [date(2027, 2, 6)], today, now)


def test_calendars_that_begin_later_take_the_holidays_too() -> None:
    now = from_iso("2026-11-22T04:00:00Z")
    hours = {"hours": [{"begin": "08:00", "end": "18:00"}]}
    terms = Terms.model_validate({"calendars": [{"from": "2027-01-01T00:00:00Z", "calendar": hours}]})
    found = changed(terms, [date(2027, 2, 6)], [], date(2026, 11, 22), now)
    assert [each.calendar.holidays for each in found.calendars] == [(date(2027, 2, 6),)] * 2
    assert found.calendars[1].calendar.hours == terms.calendars[0].calendar.hours


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [
        ("lobby", "lobby", 0),
        ("lobby", "f1", 1),
        ("lobby", "f2", 3),
        ("f1", "f2", 2),
        ("lobby", "pit", 6),
        ("pit", "x", 3),
    ],
)
def test_distance_is_the_way_through_the_places(a: str, b: str, steps: int) -> None:
    assert between(PARENTS, a, b) == between(PARENTS, b, a) == steps


def test_a_ring_of_places_ends() -> None:
    assert between({"a": "b", "b": "a"}, "a", "b") == 1
    assert below({"a": "b", "b": "a", "c": None}, ["a"]) == {"a", "b"}
    assert below(PARENTS, ["low"]) == {"low", "f1", "f2", "lobby"}


@pytest.mark.parametrize(
    ("written", "key"), [("a-1201", "A1201"), (" A 1201 ", "A1201"), ("3号楼2单元501", "3号楼2单元501"), ("--", "")]
)
def test_a_room_is_one_however_it_is_written(written: str, key: str) -> None:
    assert key_of(written) == key
