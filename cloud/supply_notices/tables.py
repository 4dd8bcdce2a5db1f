"""The table of notices of stopped supply."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

SUPPLY_NOTICE = Table(
    "supply_notice",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("planned", Boolean, nullable=False),
    Column("places", Text, nullable=False),
    Column("equipment", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("restored_at", BigInteger),
    Column("withdrawn_at", BigInteger),
    Column("withdrawn_why", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_supply_notice_site_number", "site", "number", unique=True),
    Index("ix_supply_notice_site_ends_at", "site", "ends_at"),
)
"""`places` and `equipment` are JSON lists of ids."""
