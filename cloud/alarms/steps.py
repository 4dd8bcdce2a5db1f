"""An alarm changed by itself, outside of a delivery: looked up by its key, cleared."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.alarms.book import AlarmBook
from cloud.alarms.reading import by_key
from cloud.alarms.row import AlarmRow


def live_alarm(connection: Connection, site: str, equipment: str, rule: str, instance: str) -> AlarmRow | None:
    """The live alarm of a key."""
    return next((row for row in by_key(connection, [(site, equipment, rule, instance)]) if row.live), None)


def clear(connection: Connection, alarm: AlarmRow, reason: str, *, at: int, now: int, by: str) -> None:
    """The alarm is no longer detected; its order learns of it."""
    book = AlarmBook(connection, now)
    (row,) = book.take([alarm])
    book.clear(row, reason, at=at, by=by)
    book.write()
