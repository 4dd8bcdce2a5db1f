"""The table of rooms."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from cloud.database.base import METADATA

ROOM = Table(
    "room",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("place", String(64)),
    Column("occupant", String(200), nullable=False),
    Column("contact", String(32), nullable=False),
    Column("note", String(500), nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
    Index("ix_room_site_number", "site", "number"),
)
"""`key` is the number as it is looked for: letters and digits only, in capitals."""
