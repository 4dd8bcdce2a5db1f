"""Takes a delivery in one transaction: verdicts by spool key, new events kept, their effects brought about."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from cloud.alarms.effects import integrity_alarm
from cloud.effects import Arrival, apply
from cloud.errors import Problem
from cloud.gateways.inventories import ask_for, unknown
from cloud.gateways.store import gateway_row
from cloud.ingest.judging import judge
from cloud.ingest.known import Known
from cloud.ingest.reading import Item
from cloud.ingest.store import SpoolKey, keep, kept, key_of, known_ids
from cloud.presence import HEARD_EVERY, arrived
from facility.event import AlarmCleared, AlarmRaised, ClockState, Event, EventResult, Verdict
from facility.words import Text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a gateway delivered, and when."""

    site: str
    gateway: str
    items: Sequence[Item]
    now: int


def take(connection: Connection, delivery: Delivery, known: Known) -> list[EventResult] | list[str]:
    """A verdict for each item in its order; or the inventories that must be sent first."""
    site, gateway, now = delivery.site, delivery.gateway, delivery.now
    row = gateway_row(connection, site, gateway)
    if row is None or now - (row["last_seen"] or 0) > HEARD_EVERY or not row["online"]:
        arrived(connection, site, gateway, at=now)
    revisions = {item.event.inventory for item in delivery.items if item.event is not None}
    if missing := known.without(site, gateway, revisions, lambda asked: unknown(connection, site, gateway, asked)):
        ask_for(connection, site, gateway, missing, at=now)
        return missing
    equipment = known.equipment(connection, site, gateway, row["inventory"] if row is not None else None)
    results = _verdicts(connection, delivery, equipment)
    fresh = [item.event for item, found in zip(delivery.items, results, strict=True) if item.event and found is None]
    refused = _accept(connection, fresh, now)
    return [
        found or (item.event and refused.get(item.event.id)) or EventResult(seq=item.seq, verdict=Verdict.ACCEPTED)
        for item, found in zip(delivery.items, results, strict=True)
    ]


def _verdicts(connection: Connection, delivery: Delivery, equipment: frozenset[str]) -> list[EventResult | None]:
    """None where an event is new and well."""
    site, gateway, now = delivery.site, delivery.gateway, delivery.now
    reasons = [
        item.reason if item.event is None else judge(item.event, site, gateway, equipment, now)
        for item in delivery.items
    ]
    well = [item.event for item, reason in zip(delivery.items, reasons, strict=True) if item.event and not reason]
    before = _Before(
        kept(connection, site, gateway, [key_of(event) for event in well]),
        known_ids(connection, site, gateway, [str(event.id) for event in well]),
    )
    results: list[EventResult | None] = []
    for item, reason in zip(delivery.items, reasons, strict=True):
        if item.event is None or reason:
            results.append(EventResult(seq=item.seq, verdict=Verdict.REJECTED, reason=reason))
        else:
            results.append(_by_key(connection, item.event, before, now))
    return results


@dataclass(slots=True)
class _Before:
    """What is kept already: ids by spool key, ids under any key, and the lanes in which a conflict was found."""

    by_key: dict[SpoolKey, str]
    ids: set[str]
    conflicts: set[str] = field(default_factory=set)


def _by_key(connection: Connection, event: Event, before: _Before, now: int) -> EventResult | None:
    id = str(event.id)
    if event.lane.value in before.conflicts:
        why = "an event before it is in conflict, and a lane keeps its order: open a new spool and send again"
        return EventResult(seq=event.seq, verdict=Verdict.CONFLICT, reason=why)
    there = before.by_key.setdefault(key_of(event), id if id in before.ids else "")
    if there == id:
        return EventResult(seq=event.seq, verdict=Verdict.DUPLICATE)
    if not there:
        before.by_key[key_of(event)] = id
        before.ids.add(id)
        return None
    before.conflicts.add(event.lane.value)
    why = f"{event.spool}/{event.lane}/{event.seq} is {there} already: open a new spool and send again"
    where = f"{event.lane} {event.seq}"
    text = Text(zh=f"缓存序号重复使用:{where}", en=f"A spool key was used twice: {where} ({there}, now {event.id})")
    integrity_alarm(connection, event.site, event.gateway, text, at=now, now=now)
    return EventResult(seq=event.seq, verdict=Verdict.CONFLICT, reason=why)


def _accept(connection: Connection, events: Sequence[Event], now: int) -> dict[UUID, EventResult]:
    """Keep all with their effects; where one of them fails each is tried alone. The failed ones' results by id."""
    if not events:
        return {}
    savepoint = connection.begin_nested()
    try:
        _bring_about(connection, events, now)
        savepoint.commit()
        return {}
    except OperationalError:
        raise
    except Exception:
        log.exception("a delivery of %d events failed as a whole; each is tried alone", len(events))
        savepoint.rollback()
    refused = ((event.id, _alone(connection, event, now)) for event in events)
    return {id: result for id, result in refused if result is not None}


def _alone(connection: Connection, event: Event, now: int) -> EventResult | None:
    savepoint = connection.begin_nested()
    try:
        _bring_about(connection, [event], now)
        savepoint.commit()
        return None
    except OperationalError:
        raise
    except Exception as error:
        savepoint.rollback()
        log.exception("event %s (%s) of %s was refused", event.id, event.type, event.gateway)
        why = error.detail if isinstance(error, Problem) else f"the cloud can't keep it ({type(error).__name__})"
        return EventResult(seq=event.seq, verdict=Verdict.REJECTED, reason=why)


def _bring_about(connection: Connection, events: Sequence[Event], now: int) -> None:
    keep(connection, events, now)
    ends = _ends(events)
    for place, event in enumerate(events):
        meant = event
        if event.clock is ClockState.UNTRUSTED:
            meant = event.model_copy(update={"at": now, "recorded_at": now})
        arrival = Arrival(meant, now)
        if arrival.late and place in ends:
            arrival = Arrival(meant, now, passed_at=ends[place])
        apply(connection, arrival)


def _ends(events: Sequence[Event]) -> dict[int, int]:
    """Place of a raised alarm → when it cleared, where its clearing follows in the same delivery."""
    found: dict[int, int] = {}
    clears: dict[tuple[str, str, str], int] = {}
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if isinstance(event.data, AlarmCleared):
            clears[event.equipment, event.data.rule, event.instance] = event.at
        elif isinstance(event.data, AlarmRaised):
            end = clears.pop((event.equipment, event.data.rule, event.instance), None)
            if end is not None:
                found[place] = end
    return found
