"""The table of all events; its key is the spool key."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from cloud.database.base import METADATA

EVENT = Table(
    "event",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("gateway", String(64), primary_key=True),
    Column("spool", String(36), primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False),
    Column("type", String(32), nullable=False),
    Column("equipment", String(64), nullable=False),
    Column("instance", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("clock", String(16), nullable=False),
    Column("replayed", Boolean, nullable=False),
    Column("inventory", String(64), nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_event_site_type_at", "site", "type", "at"),
    Index("ux_event_id", "site", "gateway", "id", unique=True),
    sqlite_with_rowid=False,
)
