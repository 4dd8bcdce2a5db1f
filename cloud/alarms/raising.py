"""Raises alarms: one live alarm per (site, equipment, rule, instance), its order opened by the rule's policy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import orjson
from sqlalchemy import Connection

from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.builtin import Meaning, meaning_of, unnamed
from cloud.alarms.row import AlarmRow
from cloud.alarms.subject import subject_of, value_name
from cloud.ids import new_id
from cloud.work_orders.ask import Ask
from facility.alarm import AlarmClass, Detection, Priority
from facility.words import Text

_HELD_BACK = (Detection.SUPPRESSED, Detection.OUT_OF_SERVICE)
"""An alarm in one of these opens no order until it is active."""


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
    cause: str | None = None
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
    book = AlarmBook(connection, now)
    id = raise_in(book, raised)
    book.write()
    return id


def raise_in(book: AlarmBook, raised: Raise) -> str:
    """The same within a book."""
    key = (raised.key.site, raised.key.equipment, raised.key.rule, raised.key.instance)
    known = book.live(key)
    if known is not None:
        return _still(book, known, raised)
    returned = book.returned(key, drill=raised.drill, test=raised.test)
    if returned is not None:
        return _again(book, returned, raised)
    row = _row(book, raised)
    machine.begin(row, book.now)
    if not raised.cleared_at:
        row.work_order = order_for(book, row, raised.at)
    book.add(row)
    _steps(book, row, "passed" if raised.cleared_at else "raised", raised)
    book.notify(row, "raised")
    return row.id


def _steps(book: AlarmBook, row: AlarmRow, kind: str, raised: Raise) -> None:
    book.step(row, kind, at=raised.at, by=raised.gateway, detail=raised.why)
    if raised.cleared_at:
        book.step(row, "cleared", at=raised.cleared_at, by=raised.gateway, detail="replayed")


def _still(book: AlarmBook, known: AlarmRow, raised: Raise) -> str:
    """The edge raises what is live here, after a restart: the value at the first raise stays."""
    changed = False
    if known.value is None and raised.value is not None:
        _set_value(book, known, raised)
        changed = True
    if raised.detection.value != known.detection:
        machine.detect(known, raised.detection, raised.cause, raised.at)
        changed = True
    if changed:
        known.recorded_at = raised.recorded_at
        book.changed(known)
        with_order(book, known)
    _steps(book, known, "still_raised", raised)
    return known.id


def _again(book: AlarmBook, known: AlarmRow, raised: Raise) -> str:
    """It returned, nobody has answered it, and it comes again: the same alarm, for one that chatters is one."""
    known.raises += 1
    known.last_raised_at = max(raised.at, known.last_raised_at)
    known.recorded_at = raised.recorded_at
    if raised.value is not None:
        _set_value(book, known, raised)
        known.limit_value = raised.limit
    if raised.cleared_at:
        known.cleared_at = max(raised.cleared_at, known.cleared_at or 0)
    else:
        known.live, known.cleared_at, known.clear_reason = True, None, None
        known.replayed, known.gateway = False, raised.gateway
        machine.detect(known, raised.detection, raised.cause, raised.at)
        if raised.priority is not None:
            known.priority = raised.priority.value
        machine.raise_again(known, book.now)
        known.work_order = order_for(book, known, raised.at) or known.work_order
        if machine.life_safety(known):
            book.notify(known, "raised_again")
    book.changed(known)
    _steps(book, known, "passed" if raised.cleared_at else "raised_again", raised)
    return known.id


def _set_value(book: AlarmBook, row: AlarmRow, raised: Raise) -> None:
    row.value, name = raised.value, None
    if raised.point is not None and raised.value is not None:
        key = raised.key
        facts = book.facts(key.site)
        name = value_name(book.connection, facts, key.equipment, key.instance, raised.point, raised.value)
    row.value_zh, row.value_en = (name.zh, name.en) if name is not None else (None, None)


def with_order(book: AlarmBook, row: AlarmRow) -> None:
    """Open the order of an alarm that has become active and has none."""
    if row.work_order is None and row.live and (order := order_for(book, row, row.raised_at)):
        row.work_order = order
        book.changed(row)


def order_for(book: AlarmBook, row: AlarmRow, at: int) -> str | None:
    """The order that the rule's policy asks for; None for a drill, a test, or what is held back."""
    if row.drill or row.test or Detection(row.detection) in _HELD_BACK:
        return None
    rule = book.facts(row.site).rule(book.connection, row.equipment, row.rule)
    if rule is None or rule.order is None or rule.fault is None:
        return None
    return book.orders.open(
        Ask(
            site=row.site,
            equipment=row.equipment,
            place=row.place,
            fault=rule.fault,
            order_class=rule.order.order_class,
            trade=rule.order.trade,
            title=_title(row.equipment_zh, row.equipment_en, rule.name.zh, rule.name.en),
            source="alarm",
            kind="alarm.raised",
            ref=row.id,
            owner=rule.owners[0].value,
            at=at,
        )
    )


@lru_cache(maxsize=4096)
def _title(equipment_zh: str, equipment_en: str, rule_zh: str, rule_en: str) -> Text:
    return Text(zh=f"{equipment_zh}:{rule_zh}", en=f"{equipment_en}: {rule_en}")


def read_ahead(book: AlarmBook, keys: Collection[Key]) -> None:
    """All that raising these will ask of the store, in one go."""
    orders: list[tuple[str, str, str]] = []
    for site in {key.site for key in keys}:
        facts, own = book.facts(site), [key for key in keys if key.site == site]
        facts.read(book.connection, {(key.equipment, key.rule) for key in own})
        rules = [(key.equipment, facts.rule(book.connection, key.equipment, key.rule)) for key in own]
        orders += [(site, id, rule.fault) for id, rule in rules if rule is not None and rule.order and rule.fault]
    book.orders.read(orders)


def _row(book: AlarmBook, raised: Raise) -> AlarmRow:
    key, facts = raised.key, book.facts(raised.key.site)
    rule = facts.rule(book.connection, key.equipment, key.rule)
    meaning = meaning_of(rule) if rule is not None else unnamed(key.rule)
    subject = subject_of(book.connection, facts, raised.gateway, key.equipment, key.instance, key.rule)
    text = raised.text
    row = AlarmRow(
        id=new_id(book.now),
        site=key.site,
        gateway=raised.gateway,
        equipment=key.equipment,
        instance=key.instance,
        rule=key.rule,
        detected_by=raised.detected_by,
        live=raised.cleared_at is None,
        detection=(Detection.CLEARED if raised.cleared_at else raised.detection).value,
        cause=raised.cause,
        priority=(raised.priority or meaning.priority).value,
        alarm_class=(raised.alarm_class or meaning.alarm_class).value,
        system=subject.system,
        place=subject.place,
        equipment_zh=subject.name.zh,
        equipment_en=subject.name.en,
        name_zh=meaning.name.zh,
        name_en=meaning.name.en,
        says_zh=text.zh if text else None,
        says_en=text.en if text else None,
        guidance=_guidance(meaning),
        owners="[" + ",".join(f'"{owner.value}"' for owner in meaning.owners) + "]",
        point=raised.point or getattr(rule.condition if rule else None, "point", None),
        limit_value=raised.limit,
        affects=orjson.dumps(subject.affects).decode(),
        fault=meaning.fault,
        drill=raised.drill,
        test=raised.test,
        replayed=raised.cleared_at is not None,
        raised_at=raised.at,
        last_raised_at=raised.at,
        recorded_at=raised.recorded_at,
        received_at=book.now,
        cleared_at=raised.cleared_at,
        clear_reason="normal" if raised.cleared_at else None,
        updated_at=book.now,
    )
    _set_value(book, row, raised)
    return row


def _guidance(meaning: Meaning) -> str:
    return orjson.dumps({"zh": meaning.guidance.zh, "en": meaning.guidance.en}).decode()
