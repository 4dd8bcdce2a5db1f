"""The table of residents' reports."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from cloud.database.base import METADATA

RESIDENT_REPORT = Table(
    "resident_report",
    METADATA,
    Column("code", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_resident_report_site_at", "site", "at"),
)
"""What was said through which code; the same `key` is the same report. Nothing of who said it."""
