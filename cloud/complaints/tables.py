"""The tables of complaints and of their steps."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

COMPLAINT = Table(
    "complaint",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("room", String(32)),
    Column("place", String(64)),
    Column("customer", String(200), nullable=False),
    Column("contact", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("order_id", String(36)),
    Column("valid", Boolean),
    Column("received_at", BigInteger, nullable=False),
    Column("received_by", String(64), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("handled_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_complaint_site_number", "site", "number", unique=True),
    Index("ix_complaint_site_received_at", "site", "received_at"),
    Index("ix_complaint_site_room", "site", "room"),
)
"""`due_at`: the end of the local day on which it came; `order_id`: the work order that it is about."""

COMPLAINT_STEP = Table(
    "complaint_step",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("complaint", String(36), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("detail", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_complaint_step_complaint", "complaint"),
)
"""Every step of every complaint; never changed."""
