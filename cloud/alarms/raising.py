"""Raises alarms: one live alarm per (site, equipment, rule, instance), its order opened by the rule's policy."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, RowMapping, insert

from cloud.alarms.builtin import Meaning, meaning_of, unnamed
from cloud.alarms.steps import change, live_alarm, returned_alarm, step, tell
from cloud.alarms.subject import subject_of, value_name
from cloud.alarms.tables import ALARM
from cloud.equipment.store import rule_of
from cloud.ids import new_id
from cloud.work_orders.opening import Ask, open_order
from facility.alarm import AlarmClass, Detection, Priority
from facility.words import Text

_HELD_BACK = (Detection.SUPPRESSED, Detection.OUT_OF_SERVICE)
"""An alarm in one of these opens no order until it is active."""
_INSERT = insert(ALARM).returning(ALARM)


@dataclass(frozen=True, slots=True)
class Key:
    """What there is one live alarm of."""

    site: str
    equipment: str
    rule: str
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Raise:
    """An alarm to raise; priority and class are the rule's where they are None."""

    key: Key
    gateway: str
    at: int
    recorded_at: int
    detected_by: str = "edge"
    detection: Detection = Detection.ACTIVE
    priority: Priority | None = None
    alarm_class: AlarmClass | None = None
    point: str | None = None
    value: float | None = None
    limit: float | None = None
    text: Text | None = None
    drill: bool = False
    test: bool = False
    cleared_at: int | None = None
    """It was over before we heard of it: it becomes history."""
    why: str = ""


def raise_alarm(connection: Connection, raised: Raise, *, now: int) -> str:
    """The id of the live alarm of this key: raised now, or the one that is live already."""
    key = (raised.key.site, raised.key.equipment, raised.key.rule, raised.key.instance)
    known = live_alarm(connection, *key)
    if known is not None:
        return _still(connection, known, raised, now)
    returned = returned_alarm(connection, *key)
    if returned is not None and (returned["drill"], returned["test"]) == (raised.drill, raised.test):
        return _again(connection, returned, raised, now)
    row = _row(connection, raised, now)
    if not raised.cleared_at:
        row["work_order"] = order_for(connection, row, now)
    found = connection.execute(_INSERT, row).mappings().one()
    _steps(connection, found["id"], "raised", raised, now)
    tell(connection, found, now)
    return str(found["id"])


def _steps(connection: Connection, id: str, kind: str, raised: Raise, now: int) -> None:
    step(connection, id, kind, at=raised.at, now=now, by=raised.gateway, detail=raised.why)
    if raised.cleared_at:
        step(connection, id, "cleared", at=raised.cleared_at, now=now, by=raised.gateway, detail="replayed")


def _still(connection: Connection, known: RowMapping, raised: Raise, now: int) -> str:
    """The edge raises what is live here, after a restart: the value at the first raise stays."""
    values: dict[str, object] = {}
    if known["value"] is None and raised.value is not None:
        values = _value(connection, raised)
    if raised.detection.value != known["detection"]:
        values["detection"] = raised.detection.value
    if values:
        row = change(connection, known["id"], values | {"recorded_at": raised.recorded_at}, now)
        with_order(connection, row, now)
    _steps(connection, known["id"], "raised_again", raised, now)
    return str(known["id"])


def _again(connection: Connection, known: RowMapping, raised: Raise, now: int) -> str:
    """It returned, nobody has answered it, and it comes again: the same alarm, for one that chatters is one."""
    values: dict[str, object] = {
        "raises": known["raises"] + 1,
        "last_raised_at": max(raised.at, known["last_raised_at"]),
        "recorded_at": raised.recorded_at,
    }
    if raised.value is not None:
        values |= _value(connection, raised) | {"limit_value": raised.limit}
    if raised.cleared_at:
        values["cleared_at"] = max(raised.cleared_at, known["cleared_at"] or 0)
    else:
        values |= {"live": True, "detection": raised.detection.value, "cleared_at": None, "clear_reason": None}
        values |= {"replayed": False, "gateway": raised.gateway}
        if raised.priority is not None:
            values["priority"] = raised.priority.value
        asked = dict(known) | values | {"raised_at": raised.at}
        values["work_order"] = order_for(connection, asked, now) or known["work_order"]
    change(connection, known["id"], values, now)
    _steps(connection, known["id"], "raised_again", raised, now)
    return str(known["id"])


def _value(connection: Connection, raised: Raise) -> dict[str, object]:
    key, name = raised.key, None
    if raised.point is not None and raised.value is not None:
        name = value_name(connection, key.site, key.equipment, key.instance, raised.point, raised.value)
    zh, en = (name.zh, name.en) if name is not None else (None, None)
    return {"value": raised.value, "value_zh": zh, "value_en": en}


def with_order(connection: Connection, row: RowMapping, now: int) -> None:
    """Open the order of an alarm that has become active and has none."""
    if row["work_order"] is None and row["live"] and (order := order_for(connection, dict(row), now)):
        change(connection, row["id"], {"work_order": order}, now)


def order_for(connection: Connection, row: dict[str, object], now: int) -> str | None:
    """The order that the rule's policy asks for; None for a drill, a test, or what is held back."""
    site, equipment = str(row["site"]), str(row["equipment"])
    rule = rule_of(connection, site, equipment, str(row["rule"]))
    held_back = Detection(str(row["detection"])) in _HELD_BACK
    if rule is None or rule.order is None or rule.fault is None or held_back or row["drill"] or row["test"]:
        return None
    ask = Ask(
        site=site,
        equipment=equipment,
        place=None if row["place"] is None else str(row["place"]),
        fault=rule.fault,
        order_class=rule.order.order_class,
        trade=rule.order.trade,
        title=Text(
            zh=f"{row['equipment_zh']}:{rule.name.zh}",
            en=f"{row['equipment_en']}: {rule.name.en}",
        ),
        source="alarm",
        kind="alarm.raised",
        ref=str(row["id"]),
        owner=rule.owners[0].value,
        at=int(str(row["raised_at"])),
    )
    return open_order(connection, ask, now=now)


def _row(connection: Connection, raised: Raise, now: int) -> dict[str, object]:
    key = raised.key
    rule = rule_of(connection, key.site, key.equipment, key.rule)
    meaning = meaning_of(rule) if rule is not None else unnamed(key.rule)
    priority = raised.priority or meaning.priority
    alarm_class = raised.alarm_class or meaning.alarm_class
    text = raised.text
    return {
        "id": new_id(now),
        "site": key.site,
        "gateway": raised.gateway,
        "equipment": key.equipment,
        "instance": key.instance,
        "rule": key.rule,
        "detected_by": raised.detected_by,
        "live": raised.cleared_at is None,
        "detection": (Detection.CLEARED if raised.cleared_at else raised.detection).value,
        "priority": priority.value,
        "alarm_class": alarm_class.value,
        "says_zh": text.zh if text else None,
        "says_en": text.en if text else None,
        "point": raised.point or getattr(rule.condition if rule else None, "point", None),
        **_value(connection, raised),
        "limit_value": raised.limit,
        "work_order": None,
        "drill": raised.drill,
        "test": raised.test,
        "replayed": raised.cleared_at is not None,
        "raised_at": raised.at,
        "last_raised_at": raised.at,
        "raises": 1,
        "recorded_at": raised.recorded_at,
        "received_at": now,
        "cleared_at": raised.cleared_at,
        "clear_reason": "normal" if raised.cleared_at else None,
        "updated_at": now,
        **_words(connection, raised, meaning),
    }


def _words(connection: Connection, raised: Raise, meaning: Meaning) -> dict[str, object]:
    key = raised.key
    subject = subject_of(connection, key.site, raised.gateway, key.equipment, key.instance, key.rule)
    return {
        "system": subject.system,
        "place": subject.place,
        "equipment_zh": subject.name.zh,
        "equipment_en": subject.name.en,
        "affects": orjson.dumps(subject.affects).decode(),
        "name_zh": meaning.name.zh,
        "name_en": meaning.name.en,
        "guidance": meaning.guidance.model_dump_json(),
        "owners": "[" + ",".join(f'"{owner.value}"' for owner in meaning.owners) + "]",
        "fault": meaning.fault,
    }
