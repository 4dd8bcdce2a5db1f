"""Lines into the audit log and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from cloud.audit.tables import AUDIT
from cloud.caller import Caller


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what was done to what, and how it ended."""

    action: str
    """`alarm.acknowledge`, `user.create`, `session.open`."""
    target: str = ""
    site: str = ""
    outcome: str = "done"
    detail: str = ""


SYSTEM = Caller("machine", "system", "system")
"""Gatehouse itself."""


def record(connection: Connection, by: Caller, entry: Entry, *, at: int) -> None:
    """Append a line, in the transaction of what it tells of."""
    connection.execute(
        AUDIT.insert(),
        {
            "at": at,
            "site": entry.site,
            "by_kind": by.kind,
            "by": by.name[:64],
            "action": entry.action,
            "target": entry.target[:200],
            "outcome": entry.outcome,
            "detail": entry.detail[:4000],
        },
    )


def lines(
    connection: Connection, sites: frozenset[str] | None, *, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """The newest lines first, of these sites (None: all), before an id."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if sites is not None:
        query = query.where(AUDIT.c.site.in_(sites))
    if before is not None:
        query = query.where(AUDIT.c.id < before)
    return connection.execute(query).mappings().all()
