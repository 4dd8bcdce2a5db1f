"""The life of an alarm under any sequence of what people, time and the edge do."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from cloud.alarms import machine
from cloud.alarms.machine import Actor, Refused
from cloud.alarms.row import AlarmRow
from facility.alarm import Detection
from facility.clock import NS
from tests.cloud.alarm_lives import AlarmLife, new_alarm

NOW = 1_790_000_000 * NS
ONE, TWO, HEAD = Actor("one"), Actor("two"), Actor("head", head=True)


def test_no_sequence_breaks_what_holds_for_every_alarm() -> None:
    run_state_machine_as_test(AlarmLife, settings=settings(max_examples=150, stateful_step_count=50, deadline=None))
    assert AlarmLife.walked >= 150


def confirmed(row: AlarmRow) -> tuple[str | None, str | None, str | None]:
    """Read anew: a type checker remembers what was compared before."""
    return row.confirmed_outcome, row.confirmed_by, row.false_by


def closed(row: AlarmRow) -> tuple[int | None, str | None]:
    return row.closed_at, row.closed_by


def test_a_fire_is_real_by_one_word_and_false_by_two() -> None:
    fire = new_alarm(fire=True, at=NOW)
    machine.confirm(fire, ONE, "false", "蒸汽", NOW)
    assert confirmed(fire) == (None, None, "one")
    machine.confirm(fire, ONE, "false", "蒸汽", NOW)
    assert confirmed(fire)[0] is None
    machine.confirm(fire, TWO, "false", "蒸汽", NOW)
    assert confirmed(fire) == ("false", "two", None)
    machine.confirm(fire, ONE, "real", "明火", NOW)
    assert confirmed(fire)[0] == "real"
    machine.confirm(fire, HEAD, "false", "蒸汽", NOW)
    assert confirmed(fire)[0] == "false"


@pytest.mark.parametrize("mark", ["test", "drill"])
def test_a_fire_that_is_real_is_no_test_and_no_drill(mark: str) -> None:
    fire = new_alarm(fire=True, at=NOW, **{mark: True})
    assert ("mark_lifted", "") not in machine.confirm(fire, HEAD, "drill", "演练", NOW)
    assert fire.must_close is False
    steps = machine.confirm(fire, ONE, "real", "明火", NOW)
    assert steps[-1] == ("mark_lifted", "")
    assert (fire.test, fire.drill) == (False, False)
    assert fire.must_close is True, "read anew"


def test_a_fire_closes_after_the_panel_by_two() -> None:
    fire = new_alarm(fire=True, at=NOW)
    machine.confirm(fire, ONE, "real", "明火", NOW)
    with pytest.raises(Refused, match="panel"):
        machine.close(fire, HEAD, NOW)
    machine.detect(fire, Detection.LATCHED, None, NOW)
    with pytest.raises(Refused, match="panel"):
        machine.close(fire, HEAD, NOW)
    machine.clear(fire, "reset", NOW)
    machine.close(fire, ONE, NOW)
    assert closed(fire) == (None, None)
    machine.close(fire, TWO, NOW)
    assert closed(fire) == (NOW, "two")


def test_life_safety_goes_up_at_60_and_120_seconds_and_no_further() -> None:
    fire = new_alarm(fire=True, at=NOW)
    assert machine.deadlines(fire) == (("alarm.escalate", NOW + 60 * NS),)
    assert machine.escalate(fire, NOW + 59 * NS) == ()
    assert machine.escalate(fire, NOW + 60 * NS) == (("escalated", "1"),)
    assert machine.deadlines(fire) == (("alarm.escalate", NOW + 120 * NS),)
    assert machine.escalate(fire, NOW + 121 * NS) == (("escalated", "2"),)
    assert machine.deadlines(fire) == ()


def test_a_test_that_nobody_attends_goes_up_like_any_fire() -> None:
    fire = new_alarm(fire=True, at=NOW, test=True)
    assert machine.escalate(fire, NOW + 60 * NS) == (("escalated", "1"),)
    machine.acknowledge(fire, ONE, None, NOW + 61 * NS)
    assert machine.deadlines(fire) == ()
    machine.clear(fire, "normal", NOW + 62 * NS)
    assert fire.must_close is False, "it is over with the panel's own reset"


@pytest.mark.parametrize(("seconds", "reason"), [(0, "x"), (8 * 3600 + 1, "x"), (3600, " ")])
def test_shelving_has_a_reason_and_an_end(seconds: float, reason: str) -> None:
    pump = new_alarm(fire=False, at=NOW)
    with pytest.raises(Refused):
        machine.shelve(pump, ONE, reason, NOW, seconds)
    assert pump.shelved_until is None
