"""Alarms on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Literal

import orjson
from pydantic import Field
from sqlalchemy import RowMapping

from cloud.alarms import machine
from cloud.alarms.row import AlarmRow
from cloud.alarms.words import step_name
from cloud.wire import Moment
from facility.alarm import AlarmClass, AlarmState, Detection, Post, Priority, alarm_state
from facility.clock import iso
from facility.words import Frozen, Steps, Text


class Response(Frozen):
    """What people answered."""

    acknowledged_at: Moment | None
    acknowledged_by: str | None
    acknowledge_comment: str | None
    confirmed_at: Moment | None
    confirmed_by: str | None
    confirmed_outcome: Literal["real", "false", "test", "drill", "unknown"] | None
    shelved_until: Moment | None
    shelved_by: str | None
    shelve_reason: str | None
    silenced_at: Moment | None
    assigned_to: str | None
    confirmed_found: str | None
    """What was found on the spot."""
    false_by: str | None
    """Who called this fire false; a second person, or the head, confirms it."""
    silenced_by: str | None
    sounded_at: Moment
    """When it last asked for a sound: a page sounds at each new one."""
    sounding: bool
    escalation: int
    """How far it went up because nobody acknowledged it."""
    escalates_at: Moment | None
    must_close: bool
    """A fire: over only when people have closed it, after the panel's own reset."""
    reset_seen_at: Moment | None
    close_by: str | None
    """Who wants to close it; a second person, or the head, closes it."""
    closed_at: Moment | None
    closed_by: str | None


class Alarm(Frozen):
    """One alarm as lists and the stream show it."""

    id: str
    site: str
    gateway: str
    equipment: str
    equipment_name: Text
    instance: str
    system: str | None
    place: str | None
    rule: str
    name: Text
    """Of the rule."""
    says: Text | None
    """What the device itself said."""
    guidance: Steps
    owners: tuple[Post, ...]
    priority: Priority
    alarm_class: AlarmClass = Field(alias="class")
    detection: Detection
    cause: str | None
    """Why it is suppressed."""
    state: AlarmState
    """ISA-18.2, derived from detection and response."""
    response: Response
    detected_by: Literal["edge", "cloud"]
    point: str | None
    value: float | None
    """At the moment of the newest raise; what it is now stands with the point."""
    value_name: Text | None
    """The word of a state."""
    limit: float | None
    fault: str | None
    work_order: str | None
    drill: bool
    test: bool
    replayed: bool
    """It was over before we heard of it: history, no news."""
    raised_at: Moment
    """The first time since it was last answered."""
    last_raised_at: Moment
    raises: int
    """How often it was raised without an answer in between; over 1 it chatters."""
    affects: tuple[str, ...]
    """Of a lost line or unit: the equipment whose state is unknown while it is."""
    received_at: Moment
    cleared_at: Moment | None
    clear_reason: str | None
    updated_at: Moment


class Step(Frozen):
    """One step of an alarm's life."""

    kind: str
    name: Text
    """Its word."""
    at: Moment
    recorded_at: Moment
    by: str
    """The person, or the gateway."""
    detail: str


class AlarmDetail(Alarm):
    """One alarm with its history."""

    history: tuple[Step, ...]
    children: tuple[str, ...]
    """The ids of the live alarms that this one is the cause of, or whose equipment is unknown because of it."""


class NotAnswered(Frozen):
    """One alarm of several to which it was not done, and why."""

    id: str
    status: int
    """As if it had been asked for alone: 404, 403 or 409."""
    detail: str


class SeveralAnswered(Frozen):
    """What became of several: each alarm to which it was done, and each to which it was not."""

    items: tuple[Alarm, ...]
    refused: tuple[NotAnswered, ...]


_SAME = (
    "id", "site", "gateway", "equipment", "instance", "system", "place", "rule", "priority", "detection", "cause",
    "detected_by", "point", "value", "fault", "work_order", "drill", "test", "replayed", "raises", "clear_reason",
)  # fmt: skip
_TIMES = ("raised_at", "received_at", "last_raised_at", "cleared_at", "updated_at")
_ANSWER = (
    "acknowledged_by", "acknowledge_comment", "confirmed_by", "confirmed_outcome", "confirmed_found", "false_by",
    "shelved_by", "shelve_reason", "silenced_by", "assigned_to", "escalation", "must_close", "close_by", "closed_by",
)  # fmt: skip
_ANSWER_TIMES = (
    "acknowledged_at", "confirmed_at", "shelved_until", "silenced_at", "sounded_at", "escalates_at", "reset_seen_at",
    "closed_at",
)  # fmt: skip
_same, _answer = attrgetter(*_SAME), attrgetter(*_ANSWER)


def alarm_wire(row: AlarmRow, now: int) -> dict[str, Any]:
    """The JSON of an Alarm, as lists and the stream have it, without the cost of checking what is our own."""
    told: dict[str, Any] = dict(zip(_SAME, _same(row), strict=True))
    told |= {name: None if (at := getattr(row, name)) is None else iso(at) for name in _TIMES}
    told["class"] = row.alarm_class
    told["affects"] = orjson.Fragment(row.affects)
    told["value_name"] = _text(row.value_zh, row.value_en)
    told["limit"] = row.limit_value
    told["equipment_name"] = {"zh": row.equipment_zh, "en": row.equipment_en}
    told["name"] = {"zh": row.name_zh, "en": row.name_en}
    told["says"] = _text(row.says_zh, row.says_en)
    told["guidance"] = orjson.Fragment(row.guidance)
    told["owners"] = orjson.Fragment(row.owners)
    acknowledged = row.acknowledged_at is not None
    told["state"] = alarm_state(Detection(row.detection), acknowledged=acknowledged, shelved=machine.shelved(row, now))
    answer: dict[str, Any] = dict(zip(_ANSWER, _answer(row), strict=True))
    answer |= {name: None if (at := getattr(row, name)) is None else iso(at) for name in _ANSWER_TIMES}
    answer["sounding"] = machine.sounding(row, now)
    told["response"] = answer
    return told


def _text(zh: str | None, en: str | None) -> dict[str, str | None] | None:
    return {"zh": zh, "en": en} if zh else None


def alarm_of(row: AlarmRow, now: int) -> Alarm:
    """The Alarm of a row."""
    return Alarm.model_validate_json(orjson.dumps(alarm_wire(row, now)))


def detail_of(row: AlarmRow, steps: Sequence[RowMapping], children: Sequence[str], now: int) -> AlarmDetail:
    """The AlarmDetail of a row, its steps and its children."""
    told = alarm_wire(row, now)
    told["history"] = [_step(step) for step in steps]
    told["children"] = children
    return AlarmDetail.model_validate_json(orjson.dumps(told))


def _step(step: RowMapping) -> dict[str, object]:
    name = step_name(step["kind"])
    return {
        "kind": step["kind"],
        "name": {"zh": name.zh, "en": name.en},
        "at": iso(step["at"]),
        "recorded_at": iso(step["recorded_at"]),
        "by": step["by"],
        "detail": step["detail"],
    }
