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


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines; empty means any."""

    sites: frozenset[str] | None = None
    by: str = ""
    action: str = ""
    """Begins so: `order.`, `user.change`."""
    target: str = ""
    start: int | None = None
    end: int | None = None


def lines(connection: Connection, wanted: Filter, *, before: int | None, limit: int) -> Sequence[RowMapping]:
    """The newest lines first, before an id."""
    a = AUDIT.c
    conditions = [
        (wanted.sites is not None, a.site.in_(wanted.sites or ())),
        (bool(wanted.by), a.by == wanted.by),
        (bool(wanted.action), a.action.startswith(wanted.action, autoescape=True)),
        (bool(wanted.target), a.target == wanted.target),
        (wanted.start is not None, a.at >= (wanted.start or 0)),
        (wanted.end is not None, a.at < (wanted.end or 0)),
        (before is not None, a.id < (before or 0)),
    ]
    query = select(AUDIT).where(*(condition for asked, condition in conditions if asked))
    return connection.execute(query.order_by(a.id.desc()).limit(limit)).mappings().all()
