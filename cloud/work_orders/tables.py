"""The tables of work orders, of their steps and costs, and of the evidence that each stands on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Identity, Index, Integer, Numeric, String, Table, Text, text

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
    Column("side", String(16), nullable=False, server_default="device"),
    Column("customer", String(200), nullable=False, server_default=""),
    Column("contact", String(32), nullable=False, server_default=""),
    Column("assignee", String(64)),
    Column("round", Integer, nullable=False, server_default="1"),
    Column("paused_from", String(16)),
    Column("claimed_at", BigInteger),
    Column("claimed_by", String(64)),
    Column("repaired_by", String(64)),
    Column("proof", String(16)),
    Column("arrival", String(16)),
    Column("called_back_at", BigInteger),
    Column("due_at", BigInteger),
    Column("room", String(32)),
    Index("uq_work_order_open", "site", "equipment", "fault", unique=True, **_OPEN),
    Index("uq_work_order_site_number", "site", "number", unique=True),
    Index("ix_work_order_site_reported_at", "site", "reported_at"),
    Index("ix_work_order_assignee", "assignee"),
    Index("ix_work_order_site_room", "site", "room"),
    Index("ix_work_order_fault", "site", "equipment", "fault", "closed_at"),
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

ORDER_STEP = Table(
    "order_step",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_order_step_order_id", "order_id"),
    Index("ix_order_step_site_at", "site", "at"),
)
"""Every step of every order: its clocks and all figures of the reports are read from here."""

ORDER_COST = Table(
    "order_cost",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("quantity", Numeric(12, 3), nullable=False),
    Column("unit", String(32), nullable=False),
    Column("price", Numeric(12, 2), nullable=False),
    Column("paid_by", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_order_cost_order_id", "order_id"),
)
"""Material, labour and other lines; `price` in yuan for one `unit`."""

ORDER_CHECK = Table(
    "order_check",
    METADATA,
    Column("order_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("site", String(64), nullable=False),
    Column("item", String(64)),
    Column("zh", String(200), nullable=False),
    Column("en", String(200), nullable=False),
    Column("equipment", String(64)),
    Column("unit", String(32), nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("passed", Boolean),
    Column("reading", Float),
    Column("note", Text, nullable=False),
    Column("at", BigInteger),
    Column("by", String(64), nullable=False),
    Column("made", String(36)),
    Index("ix_order_check_item", "site", "item"),
)
"""A line of an order's checklist: what is to be looked at, and how it was; `made` is the order of a failed one."""

ORDER_SIGNATURE = Table(
    "order_signature",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("name", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("strokes", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_order_signature_order_id", "order_id"),
)
"""Who signed for the work, as drawn: `strokes` is JSON, each a list of x, y; `by` is on whose telephone."""
