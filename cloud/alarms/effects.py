"""What the edge's events do to alarms."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.alarms.builtin import INTEGRITY
from cloud.alarms.raising import Key, Raise, raise_alarm, with_order
from cloud.alarms.snapshot import reconcile
from cloud.alarms.steps import change, clear, live_alarm, step
from cloud.effects import Arrival, on
from facility.event import AlarmCleared, AlarmRaised, AlarmSnapshot, AlarmUpdated, Event, Integrity
from facility.words import Text


def _key(event: Event, rule: str) -> Key:
    return Key(event.site, event.equipment, rule, event.instance)


@on(AlarmRaised)
def raised(connection: Connection, arrival: Arrival) -> None:
    """One live alarm, and the order that its policy asks for."""
    event, data = arrival.event, arrival.event.data
    if not isinstance(data, AlarmRaised):
        return
    asked = Raise(
        key=_key(event, data.rule),
        gateway=event.gateway,
        at=event.at,
        recorded_at=event.recorded_at,
        detection=data.detection,
        priority=data.priority,
        alarm_class=data.alarm_class,
        point=data.point,
        value=data.value,
        limit=data.limit,
        text=data.text,
        drill=data.drill,
        test=data.test,
        cleared_at=arrival.passed_at,
    )
    raise_alarm(connection, asked, now=arrival.now)


@on(AlarmCleared)
def cleared(connection: Connection, arrival: Arrival) -> None:
    """The live alarm ends; nothing where there is none (a snapshot may have closed it)."""
    event, data = arrival.event, arrival.event.data
    if not isinstance(data, AlarmCleared):
        return
    alarm = live_alarm(connection, event.site, event.equipment, data.rule, event.instance)
    if alarm is not None:
        clear(connection, alarm, data.reason, at=event.at, now=arrival.now, by=event.gateway)


@on(AlarmUpdated)
def updated(connection: Connection, arrival: Arrival) -> None:
    """Latched, suppressed, out of service, or back; one that is back opens its order."""
    event, data = arrival.event, arrival.event.data
    if not isinstance(data, AlarmUpdated):
        return
    alarm = live_alarm(connection, event.site, event.equipment, data.rule, event.instance)
    if alarm is None:
        return
    row = change(connection, alarm["id"], {"detection": data.detection.value, "cause": data.cause}, arrival.now)
    detail = data.detection.value + (f": {data.cause}" if data.cause else "")
    step(connection, alarm["id"], "updated", at=event.at, now=arrival.now, by=event.gateway, detail=detail)
    with_order(connection, row, arrival.now)


@on(AlarmSnapshot)
def snapshot(connection: Connection, arrival: Arrival) -> None:
    """What is live at the edge is live here, and nothing else."""
    if isinstance(arrival.event.data, AlarmSnapshot):
        reconcile(connection, arrival.event, arrival.event.data, now=arrival.now)


@on(Integrity)
def integrity(connection: Connection, arrival: Arrival) -> None:
    """The edge found something that must not be."""
    event, data = arrival.event, arrival.event.data
    if isinstance(data, Integrity):
        text = Text(zh=f"{data.what}:{data.detail}", en=f"{data.what}: {data.detail}")
        integrity_alarm(connection, event.site, event.gateway, text, at=event.at, now=arrival.now)


def integrity_alarm(connection: Connection, site: str, gateway: str, text: Text, *, at: int, now: int) -> None:
    """One live integrity alarm a gateway; what else is found is added to its history."""
    key = Key(site, gateway, INTEGRITY)
    asked = Raise(key, gateway, at=at, recorded_at=now, detected_by="cloud", text=text, why=text.en[:2000])
    raise_alarm(connection, asked, now=now)
