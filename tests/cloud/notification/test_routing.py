"""Which channels a notice goes over, and how often each may be used."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cloud.notification.channel import Medium
from cloud.notification.delivery import Delivery, overdue, packed, pause
from cloud.notification.message import Message
from cloud.notification.pace import Pace
from cloud.notification.routing import Hours, Matches, Route, Subject, takes, ways
from facility.clock import NS
from facility.words import Text

MONDAY_NIGHT = datetime.fromisoformat("2026-11-23T23:30:00+08:00")
MEDIA = {"robot": Medium.ROBOT, "twin": Medium.ROBOT, "mail": Medium.MAIL, "sms": Medium.SMS, "voice": Medium.VOICE}


def subject(**changes: object) -> Subject:
    plain: dict[str, object] = {
        "alarm_class": "equipment",
        "priority": 2,
        "system": "water",
        "places": frozenset({"b1", "tower-1"}),
        "posts": frozenset({"engineering"}),
        "occasion": "raised",
        "at": MONDAY_NIGHT,
    }
    return Subject(**(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("matches", "taken"),
    [
        ({}, True),
        ({"classes": ["equipment", "security"]}, True),
        ({"classes": ["security"]}, False),
        ({"priority": 2}, True),
        ({"priority": 1}, False),
        ({"systems": ["water"]}, True),
        ({"systems": ["fire"]}, False),
        ({"places": ["tower-1"]}, True),
        ({"places": ["tower-2"]}, False),
        ({"posts": ["engineering"]}, True),
        ({"posts": ["control_room"]}, False),
        ({"occasions": ["escalated"]}, False),
        ({"hours": [{"begin": "22:00", "end": "06:00", "weekdays": [1]}]}, True),
        ({"hours": [{"begin": "22:00", "end": "06:00", "weekdays": [2]}]}, False),
        ({"hours": [{"begin": "08:00", "end": "18:00"}]}, False),
        ({"hours": [{}]}, True),
    ],
)
def test_a_route_takes_what_it_names(matches: dict[str, object], taken: bool) -> None:
    assert takes(Matches.model_validate(matches), subject()) is taken


def test_a_span_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    hours = Hours.model_validate({"begin": "22:00", "end": "06:00", "weekdays": [7]})
    assert hours.hold(datetime.fromisoformat("2026-11-23T05:59:00+08:00")), "Monday morning, begun on Sunday"
    assert not hours.hold(datetime.fromisoformat("2026-11-23T06:00:00+08:00"))
    assert not hours.hold(MONDAY_NIGHT)
    with pytest.raises(ValidationError, match="weekdays"):
        Hours.model_validate({"weekdays": [0]})


def test_drills_are_for_routes_that_ask_for_them() -> None:
    assert not takes(Matches(), subject(drill=True))
    assert takes(Matches(drills=True), subject(drill=True))


def test_the_first_choice_then_the_others_as_what_follows() -> None:
    route = Route("day", Matches(), ("gone", "robot", "twin", "mail"))
    (way,) = ways([route], subject(), MEDIA)
    assert (way.channel, way.after) == ("robot", ("twin", "mail"))


def test_life_safety_goes_by_two_kinds_whatever_the_hour_and_the_route() -> None:
    hours = {"hours": [{"begin": "08:00", "end": "09:00"}]}
    route = Route("day", Matches.model_validate(hours), ("robot", "twin", "sms", "mail"))
    found = ways([route], subject(life_safety=True), MEDIA)
    assert [way.channel for way in found] == ["robot", "sms"]
    assert {way.after for way in found} == {("twin", "mail")}
    only = Route("poor", Matches(), ("robot", "twin"))
    assert {MEDIA[way.channel] for way in ways([only], subject(life_safety=True), MEDIA)} == {Medium.ROBOT, Medium.MAIL}
    assert len(ways([], subject(life_safety=True), MEDIA)) == 2, "no route at all: the site's channels"


def test_a_call_is_made_where_the_escalation_wants_one() -> None:
    route = Route("day", Matches(), ("robot", "sms", "voice"))
    found = ways([route], subject(life_safety=True, voice=True), MEDIA)
    assert [way.channel for way in found] == ["robot", "sms", "voice"]


def test_a_channel_is_used_once_for_a_notice() -> None:
    two = [Route("a", Matches(), ("robot",)), Route("b", Matches(), ("robot", "mail"))]
    assert [way.channel for way in ways(two, subject(), MEDIA)] == ["robot"]


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=300), st.integers(1, 60))
def test_no_minute_has_more_than_the_channel_takes(looks: list[tuple[float, bool]], a_minute: int) -> None:
    pace, now = Pace(a_minute, 0.0), 0.0
    used: list[float] = []
    for wait, life_safety in looks:
        now += wait
        for _ in range(pace.left(now, life_safety=life_safety)):
            pace.take()
            used.append(now)
    assert all(sum(begin <= at <= begin + 59.99 for at in used) <= a_minute for begin in used)


def test_the_last_tokens_are_for_life_safety() -> None:
    pace = Pace(18, 0.0)
    for _ in range(pace.left(0, life_safety=False)):
        pace.take()
    assert pace.left(0, life_safety=False) == 0
    assert pace.left(0, life_safety=True) == 2


def test_a_new_process_knows_what_the_one_before_it_sent() -> None:
    assert Pace(18, 0.0, used=18).left(0, life_safety=True) == 0


def waiting(id: int, *, life_safety: bool = False) -> Delivery:
    return Delivery(id, Message(title=Text(zh="报警", en="alarm"), life_safety=life_safety), created_at=0)


def test_a_request_each_while_they_last_else_one_digest() -> None:
    few = [waiting(n) for n in range(3)]
    assert packed(few, 4, 6) == [[each] for each in few]
    assert packed(few, 2, 4) == [few]
    assert packed(few, 0, 2) == []
    fire = waiting(9, life_safety=True)
    assert packed([fire, *few], 0, 2) == [[fire]]
    assert packed([fire, *few], 2, 4) == [[fire], few]


def test_the_next_channel_is_asked_within_a_minute() -> None:
    assert not overdue(waiting(1), 29 * NS)
    assert overdue(waiting(1), 30 * NS)
    assert overdue(waiting(1, life_safety=True), 10 * NS)
    assert pause(1, 0.0) == 2.0
    assert pause(99, 0.0) == 60.0
    assert pause(1, 600.0) == 600.0
