"""The events of an alarm's life, from its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from edge.alarms.row import Row
from facility.alarm import Detection
from facility.event import AlarmCleared, AlarmRaised, AlarmUpdated, ClockState, Draft, EventData


@dataclass(frozen=True, slots=True)
class Marks:
    """What an alarm is besides."""

    drill: bool = False
    test: bool = False
    chattering: bool = False


def raised(
    row: Row, shown: Detection, cause: str | None, value: float | None, at: int, clock: ClockState, marks: Marks
) -> Draft:
    """A rule began to hold."""
    data = AlarmRaised(
        rule=row.rule,
        priority=row.priority,
        alarm_class=row.alarm_class,
        detection=shown,
        cause=cause,
        value=value,
        limit=row.limit,
        text=row.text,
        drill=marks.drill,
        test=marks.test,
        chattering=marks.chattering,
    )
    return _draft(row, data, at, clock)


def cleared(row: Row, reason: str, at: int, clock: ClockState) -> Draft:
    """A rule no longer holds."""
    why = cast('Literal["normal", "reset", "rule_removed", "out_of_service", "panel_reset"]', reason)
    return _draft(row, AlarmCleared(rule=row.rule, reason=why), at, clock)


def updated(row: Row, shown: Detection, cause: str | None, value: float | None, at: int, clock: ClockState) -> Draft:
    """The detection half of a live alarm changed."""
    return _draft(row, AlarmUpdated(rule=row.rule, detection=shown, cause=cause, value=value), at, clock)


def _draft(row: Row, data: EventData, at: int, clock: ClockState) -> Draft:
    return Draft(data=data, at=at, equipment=row.equipment, instance=row.instance, lane=row.lane, clock=clock)
