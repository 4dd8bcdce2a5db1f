"""The steps of an alarm's life: each changes its row, is kept in its history, and is told on the stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from cloud.alarms.schemas import Alarm, alarm_fields
from cloud.alarms.tables import ALARM, ALARM_STEP
from cloud.stream.store import publish
from cloud.work_orders.opening import device_normal
from facility.alarm import Detection

_A = ALARM.c
_LIVE_ALARM = select(ALARM).where(
    _A.site == bindparam("s"),
    _A.equipment == bindparam("e"),
    _A.rule == bindparam("r"),
    _A.instance == bindparam("i"),
    _A.live,
)
_RETURNED = (
    select(ALARM)
    .where(
        _A.site == bindparam("s"),
        _A.equipment == bindparam("e"),
        _A.rule == bindparam("r"),
        _A.instance == bindparam("i"),
        _A.acknowledged_at.is_(None),
        ~_A.live,
    )
    .order_by(_A.last_raised_at.desc())
    .limit(1)
)
_OTHERS = select(_A.id).where(_A.work_order == bindparam("o"), _A.live).limit(1)
_STEP = insert(ALARM_STEP)


@lru_cache(maxsize=64)
def _change(columns: tuple[str, ...]) -> ReturningUpdate[tuple[object, ...]]:
    values: dict[str, object] = {name: bindparam(name) for name in columns}
    return update(ALARM).where(_A.id == bindparam("alarm_id")).values(values).returning(ALARM)


def live_alarm(connection: Connection, site: str, equipment: str, rule: str, instance: str) -> RowMapping | None:
    """The live alarm of a key."""
    key = {"s": site, "e": equipment, "r": rule, "i": instance}
    return connection.execute(_LIVE_ALARM, key).mappings().first()


def returned_alarm(connection: Connection, site: str, equipment: str, rule: str, instance: str) -> RowMapping | None:
    """The newest alarm of a key that is over and that nobody has acknowledged."""
    key = {"s": site, "e": equipment, "r": rule, "i": instance}
    return connection.execute(_RETURNED, key).mappings().first()


def live_of_gateway(connection: Connection, site: str, gateway: str) -> Sequence[RowMapping]:
    """All live alarms that a gateway detected itself."""
    a = ALARM.c
    where = (a.site == site) & (a.gateway == gateway) & (a.detected_by == "edge") & a.live
    return connection.execute(select(ALARM).where(where)).mappings().all()


def change(connection: Connection, id: str, values: Mapping[str, object], now: int) -> RowMapping:
    """Change an alarm's row and tell the stream; the row as it is then."""
    told = {**values, "updated_at": now}
    row = connection.execute(_change(tuple(told)), {**told, "alarm_id": id}).mappings().one()
    tell(connection, row, now)
    return row


def clear(connection: Connection, alarm: RowMapping, reason: str, *, at: int, now: int, by: str) -> RowMapping:
    """The alarm is no longer detected; its order learns of it."""
    values = {
        "live": False,
        "detection": Detection.CLEARED.value,
        "cleared_at": at,
        "clear_reason": reason,
        "cause": None,
    }
    row = change(connection, alarm["id"], values, now)
    step(connection, alarm["id"], "cleared", at=at, now=now, by=by, detail=reason)
    if alarm["work_order"] is not None:
        last = connection.execute(_OTHERS, {"o": alarm["work_order"]}).first() is None
        device_normal(connection, alarm["site"], alarm["work_order"], alarm["id"], at=at, now=now, all_clear=last)
    return row


def step(connection: Connection, alarm: str, kind: str, *, at: int, now: int, by: str, detail: str = "") -> None:
    """Append to the history of an alarm."""
    row = {"alarm": alarm, "kind": kind, "at": at, "recorded_at": now, "by": by, "detail": detail}
    connection.execute(_STEP, row)


def tell(connection: Connection, row: RowMapping, now: int) -> None:
    """Put the alarm into the stream as it is now."""
    body = Alarm.model_validate(alarm_fields(row, now)).model_dump_json(by_alias=True)
    publish(connection, "alarm", row["site"], body, at=now)
