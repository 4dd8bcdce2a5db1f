"""Alarms out of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, RowMapping, Select, func, or_, select, tuple_

from cloud.alarms.reading import by_id, rows_of
from cloud.alarms.row import AlarmRow
from cloud.alarms.tables import ALARM, ALARM_STEP


@dataclass(frozen=True, slots=True)
class Filter:
    """Which alarms; empty means any."""

    sites: frozenset[str] | None = None
    detections: tuple[str, ...] = ()
    open: bool | None = None
    """Live, or not acknowledged yet."""
    priorities: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    equipment: str | None = None
    rule: str | None = None
    system: str | None = None
    acknowledged: bool | None = None
    shelved: bool | None = None
    unclosed: bool | None = None
    post: str | None = None
    cause: str | None = None
    """Empty: those that have none."""
    start: int | None = None
    end: int | None = None
    now: int = 0


def alarms(connection: Connection, wanted: Filter, before: tuple[int, str] | None, limit: int) -> Sequence[AlarmRow]:
    """The newest first, before a cursor (raised_at, id)."""
    query = _where(select(ALARM), wanted)
    if before is not None:
        query = query.where(tuple_(ALARM.c.raised_at, ALARM.c.id) < before)
    newest = query.order_by(ALARM.c.raised_at.desc(), ALARM.c.id.desc())
    return list(rows_of(connection.execute(newest.limit(limit))))


def _where(query: Select[tuple[object, ...]], wanted: Filter) -> Select[tuple[object, ...]]:
    a = ALARM.c
    unanswered = a.acknowledged_at.is_(None)
    is_open = or_(a.live, unanswered)
    shelved = func.coalesce(a.shelved_until, 0) > wanted.now
    unclosed = a.must_close & a.closed_at.is_(None)
    conditions = [
        (wanted.sites is not None, a.site.in_(wanted.sites or ())),
        (bool(wanted.detections), a.detection.in_(wanted.detections)),
        (wanted.open is not None, is_open if wanted.open else ~is_open),
        (bool(wanted.priorities), a.priority.in_(wanted.priorities)),
        (bool(wanted.classes), a.alarm_class.in_(wanted.classes)),
        (wanted.equipment is not None, a.equipment == wanted.equipment),
        (wanted.rule is not None, a.rule == wanted.rule),
        (wanted.system is not None, a.system == wanted.system),
        (wanted.acknowledged is not None, ~unanswered if wanted.acknowledged else unanswered),
        (wanted.shelved is not None, shelved if wanted.shelved else ~shelved),
        (wanted.unclosed is not None, unclosed if wanted.unclosed else ~unclosed),
        (wanted.post is not None, a.owners.contains(f'"{wanted.post}"', autoescape=True)),
        (wanted.cause is not None, a.cause == wanted.cause if wanted.cause else a.cause.is_(None)),
        (wanted.start is not None, a.raised_at >= (wanted.start or 0)),
        (wanted.end is not None, a.raised_at < (wanted.end or 0)),
    ]
    return query.where(*(condition for asked, condition in conditions if asked))


def alarm_by_id(connection: Connection, id: str) -> AlarmRow | None:
    """One alarm."""
    return next(by_id(connection, (id,)), None)


def children(connection: Connection, row: AlarmRow) -> Sequence[str]:
    """The live alarms under this one: it suppresses them, or their equipment is unknown because of it."""
    a = ALARM.c
    name = f"{row.equipment}.{row.instance}.{row.rule}" if row.instance else f"{row.equipment}.{row.rule}"
    affected = orjson.loads(row.affects) if row.live else []
    below = or_(a.cause == name, a.equipment.in_(affected))
    query = select(a.id).where(a.site == row.site, a.live, a.id != row.id, below).order_by(a.raised_at, a.id)
    return connection.execute(query.limit(500)).scalars().all()


def history(connection: Connection, id: str) -> Sequence[RowMapping]:
    """Every step of an alarm, oldest first."""
    s = ALARM_STEP.c
    query = select(s.kind, s.at, s.recorded_at, s.by, s.detail).where(s.alarm == id).order_by(s.id)
    return connection.execute(query).mappings().all()
