"""The table of waste findings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text, text

from cloud.database.base import METADATA

_OPEN: dict[str, Any] = {"sqlite_where": text("open = 1"), "postgresql_where": text("open")}

WASTE_FINDING = Table(
    "waste_finding",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("rule", String(32), nullable=False),
    Column("meter", String(64), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("work_order", String(36)),
    Column("repaired_on", String(10)),
    Index("uq_waste_finding_open", "site", "rule", "meter", unique=True, **_OPEN),
    Index("ix_waste_finding_site_found_at", "site", "found_at"),
)
"""One open a rule and meter; `body` is Evidence as JSON, as it was last seen."""
