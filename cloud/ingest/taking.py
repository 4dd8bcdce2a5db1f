"""Takes a delivery in one transaction: verdicts by spool key, new events kept, their effects brought about."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from cloud.alarms.effects import integrity_alarm
from cloud.database.handing import savepoint
from cloud.database.rows import select_rows
from cloud.effects import Arrival, apply
from cloud.errors import Problem
from cloud.gateways.inventories import ask_for, unknown
from cloud.ingest.judging import astray, judge
from cloud.ingest.known import Known
from cloud.ingest.reading import Item
from cloud.ingest.store import Before, before, keep, row_of
from cloud.presence import HEARD_EVERY, arrived
from facility.event import AlarmCleared, AlarmRaised, Event, Verdict
from facility.words import Text

_GATEWAY: Final = "SELECT last_seen, online, inventory FROM gateway WHERE site = ? AND id = ?"
_NEVER: Final = (None, False, None)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a gateway delivered, and when."""

    site: str
    gateway: str
    items: Sequence[Item]
    now: int


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict on one event, as `facility.event.EventResult` has it on the wire."""

    seq: int
    verdict: Verdict
    reason: str = ""


Taken = list[Result] | list[str]
"""A verdict for each item in its order; or the inventories that must be sent first."""


def take(connection: Connection, deliveries: Sequence[Delivery], known: Known) -> list[Taken]:
    """What became of each delivery: those of all gateways share one transaction, and one pass over the store."""
    groups: dict[tuple[str, str], list[int]] = {}
    for place, delivery in enumerate(deliveries):
        groups.setdefault((delivery.site, delivery.gateway), []).append(place)
    taken: dict[int, Taken] = {}
    for (site, gateway), places in groups.items():
        own = [deliveries[place] for place in places]
        taken.update(zip(places, _of_gateway(connection, site, gateway, own, known), strict=True))
    return [taken[place] for place in range(len(deliveries))]


def _of_gateway(
    connection: Connection, site: str, gateway: str, deliveries: Sequence[Delivery], known: Known
) -> list[Taken]:
    now = max(delivery.now for delivery in deliveries)
    last_seen, online, inventory = next(iter(select_rows(connection, _GATEWAY, (site, gateway))), _NEVER)
    if now - (last_seen or 0) > HEARD_EVERY or not online:
        arrived(connection, site, gateway, at=now)
    revisions = {item.event.inventory for d in deliveries for item in d.items if item.event is not None}
    missing = set(known.without(site, gateway, revisions, lambda asked: unknown(connection, site, gateway, asked)))
    if missing:
        ask_for(connection, site, gateway, sorted(missing), at=now)
    lacking = [_lacking(delivery, missing) for delivery in deliveries]
    well = [delivery for delivery, lack in zip(deliveries, lacking, strict=True) if not lack]
    equipment = known.equipment(connection, site, gateway, inventory)
    results = iter(_results(connection, well, equipment, now))
    return [lack or next(results) for lack in lacking]


def _lacking(delivery: Delivery, missing: set[str]) -> list[str]:
    if not missing:
        return []
    return sorted({item.event.inventory for item in delivery.items if item.event is not None} & missing)


def _results(
    connection: Connection, deliveries: Sequence[Delivery], equipment: frozenset[str], now: int
) -> list[list[Result]]:
    found = _verdicts(connection, deliveries, equipment)
    fresh = [
        item
        for delivery, results in zip(deliveries, found, strict=True)
        for item, result in zip(delivery.items, results, strict=True)
        if item.event and result is None
    ]
    refused = _accept(connection, fresh, now)
    return [
        [
            result or (item.event and refused.get(item.id)) or _accepted(item.seq)
            for item, result in zip(delivery.items, results, strict=True)
        ]
        for delivery, results in zip(deliveries, found, strict=True)
    ]


def _accepted(seq: int) -> Result:
    return Result(seq=seq, verdict=Verdict.ACCEPTED)


def _verdicts(
    connection: Connection, deliveries: Sequence[Delivery], equipment: frozenset[str]
) -> list[list[Result | None]]:
    """None where an event is new and well."""
    if not deliveries:
        return []
    site, gateway = deliveries[0].site, deliveries[0].gateway
    reasons = [
        [
            item.reason if item.event is None else judge(item.event, item.data, site, gateway, equipment, delivery.now)
            for item in delivery.items
        ]
        for delivery in deliveries
    ]
    well = [
        item
        for delivery, whys in zip(deliveries, reasons, strict=True)
        for item, why in zip(delivery.items, whys, strict=True)
        if item.event and not why
    ]
    there = before(connection, site, gateway, [item.key for item in well], [item.id for item in well])
    return [_of_delivery(connection, delivery, whys, there) for delivery, whys in zip(deliveries, reasons, strict=True)]


def _of_delivery(
    connection: Connection, delivery: Delivery, reasons: Sequence[str], there: Before
) -> list[Result | None]:
    conflicts: set[str] = set()
    results: list[Result | None] = []
    for item, reason in zip(delivery.items, reasons, strict=True):
        if item.event is None or reason:
            results.append(Result(seq=item.seq, verdict=Verdict.REJECTED, reason=reason))
        else:
            results.append(_by_key(connection, item, item.event, there, conflicts, delivery.now))
    return results


def _by_key(
    connection: Connection, item: Item, event: Event, before: Before, conflicts: set[str], now: int
) -> Result | None:
    """`conflicts` are the lanes of this delivery in which one was found."""
    id, key = item.id, item.key
    if key[1] in conflicts:
        why = "an event before it is in conflict, and a lane keeps its order: open a new spool and send again"
        return Result(seq=event.seq, verdict=Verdict.CONFLICT, reason=why)
    there = before.by_key.setdefault(key, id if id in before.ids else "")
    if there == id:
        return Result(seq=event.seq, verdict=Verdict.DUPLICATE)
    if not there:
        before.by_key[key] = id
        before.ids.add(id)
        return None
    conflicts.add(key[1])
    why = f"{event.spool}/{event.lane}/{event.seq} is {there} already: open a new spool and send again"
    where = f"{event.lane} {event.seq}"
    text = Text(zh=f"缓存序号重复使用:{where}", en=f"A spool key was used twice: {where} ({there}, now {event.id})")
    integrity_alarm(connection, event.site, event.gateway, text, at=now, now=now)
    return Result(seq=event.seq, verdict=Verdict.CONFLICT, reason=why)


def _accept(connection: Connection, items: Sequence[Item], now: int) -> dict[str, Result]:
    """Keep all with their effects; where one of them fails each is tried alone. The failed ones' results by id."""
    if not items:
        return {}
    try:
        with savepoint(connection):
            _bring_about(connection, items, now)
        return {}
    except OperationalError:
        raise
    except Exception:
        log.exception("a delivery of %d events failed as a whole; each is tried alone", len(items))
    refused = ((item.id, _alone(connection, item, now)) for item in items)
    return {id: result for id, result in refused if result is not None}


def _alone(connection: Connection, item: Item, now: int) -> Result | None:
    try:
        with savepoint(connection):
            _bring_about(connection, [item], now)
        return None
    except OperationalError:
        raise
    except Exception as error:
        log.exception("event %s was refused: %s", item.id, item.key)
        why = error.detail if isinstance(error, Problem) else f"the cloud can't keep it ({type(error).__name__})"
        return Result(seq=item.seq, verdict=Verdict.REJECTED, reason=why)


def _bring_about(connection: Connection, items: Sequence[Item], now: int) -> None:
    well = [(item, item.event) for item in items if item.event is not None]
    keep(connection, [row_of(event, item.key, item.id, item.data, now) for item, event in well])
    events = [event for _, event in well]
    ends: dict[int, int] | None = None
    arrivals: list[Arrival] = []
    for place, event in enumerate(events):
        meant = event
        if astray(event, now):
            meant = event.model_copy(update={"at": now, "recorded_at": now})
        arrival = Arrival(meant, now)
        if arrival.late:
            ends = _ends(events) if ends is None else ends
            if place in ends:
                arrival = Arrival(meant, now, passed_at=ends[place])
        arrivals.append(arrival)
    apply(connection, arrivals)


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
