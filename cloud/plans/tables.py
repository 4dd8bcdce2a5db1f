"""The tables of plans, of the orders that they made, and of inspections."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Integer, String, Table, Text

from cloud.database.base import METADATA

PLAN = Table(
    "plan",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("next_number", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("first_hours", Float),
    Column("last_hours", Float),
    Column("carried_hours", Float, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
"""`body` is a NewPlan as JSON; `carried_hours` is what meters showed that were replaced or set back."""

PLAN_ORDER = Table(
    "plan_order",
    METADATA,
    Column("plan", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("order_id", String(36), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
"""One order for each occurrence of a plan, never two: the key says so."""

INSPECTION = Table(
    "inspection",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("equipment", String(64), primary_key=True),
    Column("on_date", Date, primary_key=True),
    Column("order_id", String(36), nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
"""One order for each inspection date of an asset, never two: the key says so."""
