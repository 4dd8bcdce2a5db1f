"""Alarms on the wire."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from pydantic import Field
from sqlalchemy import RowMapping

from cloud.wire import Asked, Moment
from facility.alarm import AlarmClass, AlarmState, Detection, Post, Priority, alarm_state
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
    at: Moment
    recorded_at: Moment
    by: str
    """The person, or the gateway."""
    detail: str


class AlarmDetail(Alarm):
    """One alarm with its history."""

    history: tuple[Step, ...]


class Acknowledgement(Asked):
    """The body of POST …/acknowledge (接警)."""

    comment: str | None = Field(default=None, max_length=2000)


class ResetReason(Asked):
    """The body of POST …/reset (复位)."""

    reason: str = Field(min_length=1, max_length=2000)


_SAME = (
    "id", "site", "gateway", "equipment", "instance", "system", "place", "rule", "priority", "detection", "cause",
    "detected_by", "point", "value", "fault", "work_order", "drill", "test", "replayed", "raised_at", "received_at",
    "last_raised_at", "raises", "cleared_at", "clear_reason", "updated_at",
)  # fmt: skip


def alarm_fields(row: RowMapping, now: int) -> dict[str, Any]:
    """The fields of an Alarm from its row."""
    shelved = row["shelved_until"] is not None and row["shelved_until"] > now
    acknowledged = row["acknowledged_at"] is not None
    return {
        **{name: row[name] for name in _SAME},
        "alarm_class": row["alarm_class"],
        "affects": orjson.loads(row["affects"]),
        "value_name": {"zh": row["value_zh"], "en": row["value_en"]} if row["value_zh"] else None,
        "limit": row["limit_value"],
        "equipment_name": {"zh": row["equipment_zh"], "en": row["equipment_en"]},
        "name": {"zh": row["name_zh"], "en": row["name_en"]},
        "says": {"zh": row["says_zh"], "en": row["says_en"]} if row["says_zh"] else None,
        "guidance": orjson.loads(row["guidance"]),
        "owners": orjson.loads(row["owners"]),
        "state": alarm_state(Detection(row["detection"]), acknowledged=acknowledged, shelved=shelved),
        "response": {name: row[name] for name in Response.model_fields},
    }
