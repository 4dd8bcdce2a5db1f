"""Permits in the store: asked, allowed, refused, ended; what the gateway is told with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from cloud.alarms.tables import ALARM
from cloud.errors import Conflict, NotFound
from cloud.ids import new_id
from cloud.instruction_giving.limits import DANGER
from cloud.instructions.store import EXPIRES, Order, give
from cloud.instructions.tables import INSTRUCTION
from cloud.permits.tables import PERMIT
from facility.clock import NS
from facility.instruction import OutOfService

_P: Final = PERMIT.c
_I: Final = INSTRUCTION.c
_OPEN: Final = _P.refused_at.is_(None) & _P.ended_at.is_(None)


def _query() -> Select[Any]:
    joined = PERMIT.outerjoin(INSTRUCTION, (_I.id == _P.instruction) & (_I.site == _P.site))
    return select(PERMIT, _I.outcome, _I.why, _I.expires).select_from(joined)


def permits(
    connection: Connection, among: frozenset[str] | None, before: int | None, limit: int, *, open_at: int | None
) -> Sequence[RowMapping]:
    """The newest first, before a time; `open_at`: those alone that are asked for or in force then."""
    query = _query().order_by(_P.asked_at.desc()).limit(limit)
    if among is not None:
        query = query.where(_P.site.in_(among))
    if before is not None:
        query = query.where(_P.asked_at < before)
    if open_at is not None:
        query = query.where(_OPEN, _P.ends_at > open_at)
    return connection.execute(query).mappings().all()


def permit(connection: Connection, id: str) -> RowMapping:
    """One of them; NotFound."""
    found = connection.execute(_query().where(_P.id == id)).mappings().first()
    if found is None:
        raise NotFound(f"没有停用许可 {id!r} · there is no permit {id!r}")
    return found


def ask(connection: Connection, values: Mapping[str, Any], *, now: int) -> str:
    """A new one; its id. Conflict while another one of the same rule is asked for or in force."""
    key = [_P[name] == values[name] for name in ("site", "equipment", "rule", "instance")]
    there = connection.execute(select(_P.id).where(*key, _OPEN, _P.ends_at > now)).first()
    _nothing_stands(connection, values)
    if there is not None:
        raise Conflict("该规则已有停用许可 · this rule has a permit already: look at the list, or end that one first")
    id = new_id(now)
    connection.execute(insert(PERMIT), {**values, "id": id, "asked_at": now})
    return id


def allow(connection: Connection, row: RowMapping, by: str, *, now: int) -> None:
    """From now on, until its time: the gateway is told. Conflict while a danger to life stands there."""
    _nothing_stands(connection, row)
    until = int(row["ends_at"])
    holds = min(EXPIRES, (until - now) / NS)
    reason = f"permit:{row['id']}: {row['reason']} ({row['asked_by']}, {by})"
    order = _order(row, until, by, reason, holds)
    told = {"allowed_at": now, "allowed_by": by, "instruction": str(give(connection, order, at=now).id)}
    _set(connection, row["id"], told)


def refuse(connection: Connection, row: RowMapping, by: str, why: str, *, now: int) -> None:
    """It is not allowed, or taken back by who asked."""
    _set(connection, row["id"], {"refused_at": now, "refused_by": by, "refused_why": why})


def end(connection: Connection, row: RowMapping, by: str, *, now: int) -> None:
    """Back into service before its time."""
    give(connection, _order(row, None, by, row["reason"], EXPIRES), at=now)
    _set(connection, row["id"], {"ended_at": now, "ended_by": by})


def _nothing_stands(connection: Connection, row: Mapping[str, Any] | RowMapping) -> None:
    a = ALARM.c
    same = [a[name] == row[name] for name in ("site", "equipment", "rule")]
    if row["instance"]:
        same.append(a.instance == row["instance"])
    if connection.execute(select(a.id).where(*same, DANGER, a.live).limit(1)).first() is not None:
        raise Conflict(
            "该处有未结束的生命安全报警,先核实、复位并关闭 · "
            "a life-safety alarm stands there: verify, reset and close it first"
        )


def _order(row: RowMapping, until: int | None, by: str, reason: str, holds: float) -> Order:
    target = f"{row['equipment']}.{row['instance']}" if row["instance"] else row["equipment"]
    return Order(row["site"], row["gateway"], target, OutOfService(rule=row["rule"], until=until), by, reason, holds)


def _set(connection: Connection, id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(PERMIT).where(_P.id == id).values(**values))
