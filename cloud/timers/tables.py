"""The table of timers: what is due, and when."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from cloud.database.base import METADATA

TIMER = Table(
    "timer",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("ref", String(128), primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False, server_default=""),
    Index("ix_timer_due_at", "due_at"),
)
"""One timer of a kind a thing: setting it again moves it."""
