"""Frames into the stream's table and out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, select, text

from cloud.database.handing import hand
from cloud.database.rows import insert_rows, select_rows
from cloud.stream.tables import STREAM
from facility.clock import NS

KEPT: Final = 24 * 3600 * NS
"""A client that was away longer reads everything anew."""

CHANNEL: Final = "gatehouse_stream"
"""PostgreSQL's NOTIFY carries an id on it, nothing else."""

Name = Literal["alarm", "work_order", "equipment", "gateway", "linkage"]
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the stream; `body` is the JSON that the REST item has."""

    id: int
    site: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class News:
    """A frame before it has its id."""

    name: Name
    site: str
    body: str


_COLUMNS: Final = ("at", "site", "name", "body")
_AFTER: Final = "SELECT id, site, name, body FROM stream WHERE id > ? ORDER BY id LIMIT ?"
_NOTIFY = text("SELECT pg_notify(:channel, (SELECT max(id) FROM stream)::text)")


def publish(connection: Connection, name: Name, site: str, body: str, *, at: int) -> None:
    """Put a frame into the stream, in the transaction of the change that it tells of."""
    publish_all(connection, [News(name, site, body)], at=at)


def publish_all(connection: Connection, news: Sequence[News], *, at: int) -> None:
    """Put frames into the stream in their order; the other replicas are woken once, by the newest id."""
    if not news:
        return
    insert_rows(connection, STREAM, _COLUMNS, [(at, each.site, each.name, each.body) for each in news])
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"channel": CHANNEL})
        return
    ((last,),) = select_rows(connection, "SELECT last_insert_rowid()", ())
    first = last - len(news) + 1
    hand(connection, [Frame(first + n, each.site, each.name, each.body) for n, each in enumerate(news)])


def newest(connection: Connection) -> int:
    """The id of the newest frame, 0 where there is none."""
    return connection.execute(select(func.max(STREAM.c.id))).scalar_one_or_none() or 0


def oldest(connection: Connection) -> int:
    """The id of the oldest frame that is kept, 0 where there is none."""
    return connection.execute(select(func.min(STREAM.c.id))).scalar_one_or_none() or 0


def after(connection: Connection, id: int) -> Sequence[Frame]:
    """The next frames after `id`, at most AT_ONCE."""
    return [Frame(*row) for row in select_rows(connection, _AFTER, (id, AT_ONCE))]


def forget(connection: Connection, now: int) -> int:
    """Delete frames older than KEPT, but never the newest (ids go on from it); how many."""
    last = newest(connection)
    return connection.execute(delete(STREAM).where(STREAM.c.at < now - KEPT, STREAM.c.id < last)).rowcount
