"""Notices of stopped supply in the store."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, RowMapping, func, insert, select, update

from cloud.errors import Conflict
from cloud.ids import new_id
from cloud.supply_notices.schemas import NewNotice, NoticeChange, State
from cloud.supply_notices.tables import SUPPLY_NOTICE

_N = SUPPLY_NOTICE.c


def state_of(row: RowMapping, now: int) -> State:
    """How it stands now."""
    if row["withdrawn_at"] is not None:
        return "withdrawn"
    if row["restored_at"] is not None:
        return "restored"
    if now < row["starts_at"]:
        return "ahead"
    return "stopped" if now < row["ends_at"] else "overdue"


def _told(body: NoticeChange) -> dict[str, object]:
    return {
        "places": orjson.dumps(body.places).decode(),
        "equipment": orjson.dumps(body.equipment).decode(),
        "reason": body.reason,
        "starts_at": body.starts_at,
        "ends_at": body.ends_at,
    }


def add_notice(connection: Connection, body: NewNotice, by: str, *, now: int) -> str:
    """A new notice; its id."""
    last = connection.execute(select(func.max(_N.number)).where(_N.site == body.site)).scalar_one_or_none() or 0
    id = new_id(now)
    told = _told(body) | {"id": id, "site": body.site, "number": last + 1, "kind": body.kind, "planned": body.planned}
    told |= {"withdrawn_why": "", "made_at": now, "made_by": by, "updated_at": now}
    connection.execute(insert(SUPPLY_NOTICE), told)
    return id


def change_notice(connection: Connection, row: RowMapping, body: NoticeChange, *, now: int) -> None:
    """Another time or place. Conflict once it is over."""
    _not_over(row, now)
    connection.execute(update(SUPPLY_NOTICE).where(_N.id == row["id"]).values(**_told(body), updated_at=now))


def restore(connection: Connection, row: RowMapping, *, now: int) -> None:
    """It is back. Conflict before it began."""
    _not_over(row, now)
    if now < row["starts_at"]:
        raise Conflict("尚未停供,请撤回通知 · it has not stopped yet: withdraw the notice")
    connection.execute(update(SUPPLY_NOTICE).where(_N.id == row["id"]).values(restored_at=now, updated_at=now))


def withdraw(connection: Connection, row: RowMapping, why: str, *, now: int) -> None:
    """It does not take place. Conflict once it has begun."""
    _not_over(row, now)
    if now >= row["starts_at"]:
        raise Conflict("已经停供,请登记恢复 · it has stopped already: say that it is back")
    told = {"withdrawn_at": now, "withdrawn_why": why, "updated_at": now}
    connection.execute(update(SUPPLY_NOTICE).where(_N.id == row["id"]).values(**told))


def _not_over(row: RowMapping, now: int) -> None:
    if state_of(row, now) in {"restored", "withdrawn"}:
        raise Conflict("该通知已结束 · this notice is over: make a new one")


def notice_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One notice."""
    return connection.execute(select(SUPPLY_NOTICE).where(_N.id == id)).mappings().first()


def notices(
    connection: Connection, sites: frozenset[str] | None, *, still: bool | None, limit: int
) -> Sequence[RowMapping]:
    """The latest start first; `still`: neither back nor withdrawn."""
    query = select(SUPPLY_NOTICE).order_by(_N.starts_at.desc(), _N.id).limit(limit)
    if sites is not None:
        query = query.where(_N.site.in_(sites))
    if still is not None:
        over = _N.restored_at.is_not(None) | _N.withdrawn_at.is_not(None)
        query = query.where(~over if still else over)
    return connection.execute(query).mappings().all()
