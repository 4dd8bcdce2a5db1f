"""The table of actions that telephones delivered."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from cloud.database.base import METADATA

ORDER_ACTION = Table(
    "order_action",
    METADATA,
    Column("by", String(64), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("adjusted", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("ix_order_action_order_id", "order_id"),
)
"""One row for each key, written with its effect: `claimed_at` as the telephone said, `at` as it was taken."""
