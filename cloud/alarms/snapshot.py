"""Reconciles: after a snapshot of the edge the same alarms are live here as there."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.alarms.raising import Key, Raise, raise_alarm, with_order
from cloud.alarms.steps import change, clear, live_of_gateway, step
from facility.event import AlarmSnapshot, Event


def reconcile(connection: Connection, event: Event, snapshot: AlarmSnapshot, *, now: int) -> None:
    """Close what the snapshot does not have, change what it has otherwise, raise what is missing here.

    An alarm that the edge recorded after the snapshot is not touched: another lane may be ahead of this one.
    """
    there = {(a.equipment, a.rule, a.instance): a for a in snapshot.alarms}
    for alarm in live_of_gateway(connection, event.site, event.gateway):
        known = there.pop((alarm["equipment"], alarm["rule"], alarm["instance"]), None)
        if alarm["recorded_at"] > event.recorded_at:
            continue
        if known is None:
            clear(connection, alarm, "snapshot", at=event.at, now=now, by=event.gateway)
        elif known.detection.value != alarm["detection"]:
            row = change(connection, alarm["id"], {"detection": known.detection.value}, now)
            said = f"snapshot: {known.detection.value}"
            step(connection, alarm["id"], "updated", at=event.at, now=now, by=event.gateway, detail=said)
            with_order(connection, row, now)
    for missing in there.values():
        key = Key(event.site, missing.equipment, missing.rule, missing.instance)
        asked = Raise(
            key,
            event.gateway,
            at=missing.at,
            recorded_at=event.recorded_at,
            detection=missing.detection,
            why="snapshot",
        )
        raise_alarm(connection, asked, now=now)
