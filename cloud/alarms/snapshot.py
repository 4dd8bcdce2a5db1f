"""Reconciles: after a snapshot of the edge the same alarms are live here as there."""

from __future__ import annotations

from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.raising import Key, Raise, raise_in, with_order
from cloud.alarms.reading import live_of_gateway
from facility.event import AlarmSnapshot, Event


def reconcile(book: AlarmBook, event: Event, snapshot: AlarmSnapshot) -> None:
    """Close what the snapshot does not have, change what it has otherwise, raise what is missing here.

    An alarm that the edge recorded after the snapshot is not touched: another lane may be ahead of this one.
    """
    there = {(a.equipment, a.rule, a.instance): a for a in snapshot.alarms}
    for alarm in book.take(live_of_gateway(book.connection, event.site, event.gateway)):
        known = there.pop((alarm.equipment, alarm.rule, alarm.instance), None)
        if alarm.recorded_at > event.recorded_at:
            continue
        if known is None:
            book.clear(alarm, "snapshot", at=event.at, by=event.gateway)
        elif known.detection.value != alarm.detection:
            machine.detect(alarm, known.detection, alarm.cause, event.at)
            book.changed(alarm)
            book.step(alarm, "updated", at=event.at, by=event.gateway, detail=f"snapshot: {known.detection.value}")
            with_order(book, alarm)
    book.read((event.site, a.equipment, a.rule, a.instance) for a in there.values())
    for missing in there.values():
        raise_in(
            book,
            Raise(
                Key(event.site, missing.equipment, missing.rule, missing.instance),
                event.gateway,
                at=missing.at,
                recorded_at=event.recorded_at,
                detection=missing.detection,
                why="snapshot",
            ),
        )
