"""The tables of monthly targets, and of the tasks (整改任务) that missed ones open."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Numeric, String, Table, Text

from cloud.database.base import METADATA

ENERGY_TARGET = Table(
    "energy_target",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("amount", Numeric(18, 3), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""`scope` is `meter:<id>` or `area:<id>`."""

RECTIFICATION = Table(
    "rectification",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("scope", String(80), nullable=False),
    Column("month", String(7), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("due", String(10), nullable=False),
    Column("state", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
    Index("uq_rectification_site_scope_month", "site", "scope", "month", unique=True),
)
"""`body` is a Course as JSON: what was missed by how much, and what was done step by step."""
