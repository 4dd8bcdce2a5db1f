"""The table of saved views."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from cloud.database.base import METADATA

VIEW = Table(
    "view",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "site", "owner"),
)
"""`body` is a TrendView as JSON; `owner` the id of a user."""
