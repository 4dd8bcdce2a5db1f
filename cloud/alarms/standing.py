"""The live alarms of some sites in short: what a row of an overview says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from cloud.alarms.tables import ALARM
from cloud.wire import Moment
from facility.alarm import AlarmClass, AlarmState, Detection, Priority, alarm_state
from facility.words import Frozen, Text

_A = ALARM.c
_QUIET = (Detection.SUPPRESSED.value, Detection.OUT_OF_SERVICE.value)


class StandingAlarm(Frozen):
    """One live alarm, as an overview names it."""

    id: str
    site: str
    equipment: str
    equipment_name: Text
    rule: str
    name: Text
    priority: Priority
    alarm_class: AlarmClass
    system: str | None
    state: AlarmState
    raised_at: Moment


def standing(connection: Connection, among: frozenset[str] | None) -> list[StandingAlarm]:
    """All that are active or latched, the worst first: by priority, unanswered before answered, then the newest."""
    query = select(
        _A.id, _A.site, _A.equipment, _A.equipment_zh, _A.equipment_en, _A.rule, _A.name_zh, _A.name_en, _A.priority,
        _A.alarm_class, _A.system, _A.detection, _A.acknowledged_at, _A.shelved_until, _A.last_raised_at,
    ).where(_A.live, _A.detection.not_in(_QUIET))  # fmt: skip
    if among is not None:
        query = query.where(_A.site.in_(among))
    found = connection.execute(query.order_by(_A.priority, _A.last_raised_at.desc())).all()
    return sorted((_standing(row) for row in found), key=lambda alarm: (alarm.priority, alarm.state is not _UNANSWERED))


_UNANSWERED = AlarmState.UNACKNOWLEDGED


def _standing(row: Any) -> StandingAlarm:
    answered, shelved = row.acknowledged_at is not None, row.shelved_until is not None
    return StandingAlarm(
        id=row.id,
        site=row.site,
        equipment=row.equipment,
        equipment_name=Text(zh=row.equipment_zh, en=row.equipment_en),
        rule=row.rule,
        name=Text(zh=row.name_zh, en=row.name_en),
        priority=row.priority,
        alarm_class=row.alarm_class,
        system=row.system,
        state=alarm_state(Detection(row.detection), acknowledged=answered, shelved=shelved),
        raised_at=row.last_raised_at,
    )


def worst(alarms: Sequence[StandingAlarm]) -> StandingAlarm | None:
    """The first of `standing`."""
    return alarms[0] if alarms else None
