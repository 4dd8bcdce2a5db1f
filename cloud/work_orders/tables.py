"""The tables of work orders and of the evidence that each stands on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, String, Table, Text, text

from cloud.database.base import METADATA

_OPEN: dict[str, Any] = {"sqlite_where": text("open = 1"), "postgresql_where": text("open")}

WORK_ORDER = Table(
    "work_order",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("equipment", String(64)),
    Column("place", String(64)),
    Column("fault", String(64)),
    Column("state", String(16), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("order_class", String(16), nullable=False),
    Column("trade", String(64), nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("source", String(16), nullable=False),
    Column("reported_by", String(64), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("reported_at", BigInteger, nullable=False),
    Column("dispatched_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("arrived_at", BigInteger),
    Column("restored_at", BigInteger),
    Column("verified_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("device_normal_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_work_order_open", "site", "equipment", "fault", unique=True, **_OPEN),
    Index("uq_work_order_site_number", "site", "number", unique=True),
    Index("ix_work_order_site_reported_at", "site", "reported_at"),
)

ORDER_EVIDENCE = Table(
    "order_evidence",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("ref", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_order_evidence_order_id", "order_id"),
)
"""What an order stands on, in order: alarms raised and cleared, findings, later arrivals and photos."""
