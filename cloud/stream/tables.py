"""The stream's table: one row a frame, ids in commit order, kept for resume."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

STREAM = Table(
    "stream",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("site", String(64), nullable=False),
    Column("name", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "at"),
    sqlite_autoincrement=True,
)
