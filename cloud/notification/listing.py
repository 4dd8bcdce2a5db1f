"""Deliveries and attempts out of the store, for people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, select

from cloud.notification.delivery import State
from cloud.notification.tables import ATTEMPT, DELIVERY


def deliveries(
    connection: Connection,
    among: frozenset[str] | None,
    alarm: str | None,
    state: State | None,
    before: int | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Of these sites (None: all), the newest first."""
    wanted = [DELIVERY.c.alarm == alarm] if alarm is not None else []
    wanted += [DELIVERY.c.state == state] if state is not None else []
    return _newest(connection, DELIVERY, among, before, limit, *wanted)


def attempts(
    connection: Connection, among: frozenset[str] | None, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """Of these sites (None: all), the newest first."""
    return _newest(connection, ATTEMPT, among, before, limit)


def _newest(
    connection: Connection,
    table: Table,
    among: frozenset[str] | None,
    before: int | None,
    limit: int,
    *wanted: ColumnElement[bool],
) -> Sequence[RowMapping]:
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if among is not None:
        query = query.where(table.c.site.in_(among))
    if before is not None:
        query = query.where(table.c.id < before)
    for clause in wanted:
        query = query.where(clause)
    return connection.execute(query).mappings().all()
