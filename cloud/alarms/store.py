"""Alarms out of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, Select, or_, select, tuple_

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
    start: int | None = None
    end: int | None = None


def alarms(connection: Connection, wanted: Filter, before: tuple[int, str] | None, limit: int) -> Sequence[RowMapping]:
    """The newest first, before a cursor (raised_at, id)."""
    query = _where(select(ALARM), wanted)
    if before is not None:
        query = query.where(tuple_(ALARM.c.raised_at, ALARM.c.id) < before)
    newest = query.order_by(ALARM.c.raised_at.desc(), ALARM.c.id.desc())
    return connection.execute(newest.limit(limit)).mappings().all()


def _where(query: Select[tuple[object, ...]], wanted: Filter) -> Select[tuple[object, ...]]:
    a = ALARM.c
    unanswered = a.acknowledged_at.is_(None)
    is_open = or_(a.live, unanswered)
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
        (wanted.start is not None, a.raised_at >= (wanted.start or 0)),
        (wanted.end is not None, a.raised_at < (wanted.end or 0)),
    ]
    return query.where(*(condition for asked, condition in conditions if asked))


def alarm_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One alarm."""
    return connection.execute(select(ALARM).where(ALARM.c.id == id)).mappings().first()


def history(connection: Connection, id: str) -> Sequence[RowMapping]:
    """Every step of an alarm, oldest first."""
    s = ALARM_STEP.c
    query = select(s.kind, s.at, s.recorded_at, s.by, s.detail).where(s.alarm == id).order_by(s.id)
    return connection.execute(query).mappings().all()
