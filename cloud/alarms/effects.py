"""What the edge's events do to alarms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.builtin import INTEGRITY
from cloud.alarms.raising import Key, Raise, raise_alarm, raise_in, read_ahead, with_order
from cloud.alarms.snapshot import reconcile
from cloud.effects import Arrival, on, together
from facility.event import AlarmAcknowledged, AlarmCleared, AlarmRaised, AlarmSnapshot, AlarmUpdated, Event, Integrity
from facility.words import Text


@together(AlarmRaised, AlarmCleared, AlarmUpdated, AlarmAcknowledged)
def changed(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    """All that a delivery says of alarms, in its order."""
    book = AlarmBook(connection, arrivals[0].now)
    book.read(
        (event.site, event.equipment, event.data.rule, event.instance)
        for event in (arrival.event for arrival in arrivals)
        if isinstance(event.data, AlarmRaised | AlarmCleared | AlarmUpdated | AlarmAcknowledged)
    )
    raised = [(arrival.event, arrival.event.data) for arrival in arrivals]
    read_ahead(book, {Key(e.site, e.equipment, d.rule, e.instance) for e, d in raised if isinstance(d, AlarmRaised)})
    for arrival in arrivals:
        event, data = arrival.event, arrival.event.data
        if isinstance(data, AlarmRaised):
            raise_in(book, _raise(event, data, arrival.passed_at))
        elif isinstance(data, AlarmCleared):
            _cleared(book, event, data)
        elif isinstance(data, AlarmUpdated):
            _updated(book, event, data)
        elif isinstance(data, AlarmAcknowledged):
            _acknowledged(book, event, data)
    book.write()


def _raise(event: Event, data: AlarmRaised, passed_at: int | None) -> Raise:
    return Raise(
        key=Key(event.site, event.equipment, data.rule, event.instance),
        gateway=event.gateway,
        at=event.at,
        recorded_at=event.recorded_at,
        detection=data.detection,
        cause=data.cause,
        priority=data.priority,
        alarm_class=data.alarm_class,
        point=data.point,
        value=data.value,
        limit=data.limit,
        text=data.text,
        drill=data.drill,
        test=data.test,
        cleared_at=passed_at,
    )


def _cleared(book: AlarmBook, event: Event, data: AlarmCleared) -> None:
    """The live alarm ends; nothing where there is none (a snapshot may have closed it)."""
    alarm = book.live((event.site, event.equipment, data.rule, event.instance))
    if alarm is not None:
        book.clear(alarm, data.reason, at=event.at, by=event.gateway)


def _updated(book: AlarmBook, event: Event, data: AlarmUpdated) -> None:
    """Latched, suppressed, out of service, or back; one that is back opens its order."""
    alarm = book.live((event.site, event.equipment, data.rule, event.instance))
    if alarm is None:
        return
    machine.detect(alarm, data.detection, data.cause, event.at)
    book.changed(alarm)
    detail = data.detection.value + (f": {data.cause}" if data.cause else "")
    book.step(alarm, "updated", at=event.at, by=event.gateway, detail=detail)
    with_order(book, alarm)


AT_THE_PAGE = "本地值班页 · local duty page"


def _acknowledged(book: AlarmBook, event: Event, data: AlarmAcknowledged) -> None:
    """Somebody saw it at the gateway's own page, as it was then; who was first stands, the other is history."""
    key = (event.site, event.equipment, data.rule, event.instance)
    both = (False, True)
    alarm = book.live(key) or next(
        (row for drill in both for test in both if (row := book.returned(key, drill=drill, test=test))), None
    )
    if alarm is None or alarm.last_raised_at > max(event.at, data.raised_at):
        return
    try:
        steps = machine.acknowledge(alarm, machine.Actor(data.by), AT_THE_PAGE, event.at)
    except machine.Refused as refused:
        steps = (("commented", f"{AT_THE_PAGE}: {refused}"),)
    for kind, detail in steps:
        book.step(alarm, kind, at=event.at, by=data.by, detail=detail)
    if steps:
        book.changed(alarm)


@on(AlarmSnapshot)
def snapshot(connection: Connection, arrival: Arrival) -> None:
    """What is live at the edge is live here, and nothing else."""
    if isinstance(arrival.event.data, AlarmSnapshot):
        book = AlarmBook(connection, arrival.now)
        reconcile(book, arrival.event, arrival.event.data)
        book.write()


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
