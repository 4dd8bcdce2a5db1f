"""Opens an order outside of alarms: one open order per (site, equipment, fault) answers."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.stream.store import publish_all
from cloud.work_orders.ask import Ask
from cloud.work_orders.book import OrderBook

__all__ = ["Ask", "open_order"]


def open_order(connection: Connection, ask: Ask, *, now: int) -> str:
    """The id of the open order: opened now, or the one that this attaches to."""
    book = OrderBook(connection, now)
    id = book.open(ask)
    publish_all(connection, book.write(()), at=now)
    return id
