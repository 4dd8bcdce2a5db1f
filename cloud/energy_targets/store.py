"""Targets and tasks in the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from cloud.database.rows import insert_rows
from cloud.energy_targets.schemas import Missed, Rectification, StoredTarget, Target
from cloud.energy_targets.tables import ENERGY_TARGET, RECTIFICATION
from cloud.ids import new_id

_E = ENERGY_TARGET.c
_R = RECTIFICATION.c
CLOSED = ("verified", "cancelled")


def targets(
    connection: Connection, site: str, *, months: Iterable[str] | None = None, year: int | None = None
) -> dict[tuple[str, str], StoredTarget]:
    """By (scope, month)."""
    query = select(ENERGY_TARGET).where(_E.site == site).order_by(_E.scope, _E.month)
    if months is not None:
        query = query.where(_E.month.in_(list(months)))
    if year is not None:
        query = query.where(_E.month.like(f"{year}-%"))
    found = (StoredTarget.model_validate({k: v for k, v in row.items() if k != "site"}) for row in
             connection.execute(query).mappings())  # fmt: skip
    return {(each.scope, each.month): each for each in found}


def put_targets(connection: Connection, site: str, wanted: Iterable[tuple[Target, str]], *, by: str, now: int) -> None:
    """(target, unit): each in place of the one before."""
    for target, unit in wanted:
        where = (_E.site == site) & (_E.scope == target.scope) & (_E.month == target.month)
        connection.execute(delete(ENERGY_TARGET).where(where))
        row = target.model_dump() | {"site": site, "unit": unit, "updated_at": now, "updated_by": by[:64]}
        connection.execute(insert(ENERGY_TARGET), row)


def _task(row: RowMapping) -> Rectification:
    told = {k: row[k] for k in ("id", "site", "scope", "month", "owner", "due", "state", "opened_at")}
    return Rectification.model_validate(told | {"missed": Missed.model_validate_json(row["body"])})


def tasks(connection: Connection, site: str, *, open_only: bool = False) -> list[Rectification]:
    """The newest month first."""
    query = select(RECTIFICATION).where(_R.site == site).order_by(_R.month.desc(), _R.scope)
    query = query.where(_R.state.not_in(CLOSED)) if open_only else query
    return [_task(row) for row in connection.execute(query).mappings()]


def task(connection: Connection, id: str) -> Rectification | None:
    """One."""
    row = connection.execute(select(RECTIFICATION).where(_R.id == id)).mappings().first()
    return None if row is None else _task(row)


def open_tasks(
    connection: Connection, site: str, found: Iterable[tuple[StoredTarget, Missed]], due: date, *, now: int
) -> list[Rectification]:
    """One for each missed target that has none yet; those that were opened."""
    held = select(_R.scope, _R.month).where(_R.site == site)
    there = {(scope, month) for scope, month in connection.execute(held)}
    fresh = [(target, missed) for target, missed in found if (target.scope, target.month) not in there]
    names = ("id", "site", "scope", "month", "owner", "due", "state", "body", "opened_at", "updated_at", "updated_by")
    rows = [
        (new_id(now), site, t.scope, t.month, t.owner, due.isoformat(), "open", m.model_dump_json(), now, now, "system")
        for t, m in fresh
    ]
    insert_rows(connection, RECTIFICATION, names, rows)
    opened = (task(connection, row[0]) for row in rows)
    return [each for each in opened if each is not None]


def put_task(connection: Connection, told: Rectification, *, by: str, now: int) -> None:
    """As it is now."""
    values = {"owner": told.owner, "due": told.due.isoformat(), "state": told.state}
    values |= {"body": told.missed.model_dump_json()}
    connection.execute(
        update(RECTIFICATION).where(_R.id == told.id).values(**values, updated_at=now, updated_by=by[:64])
    )
