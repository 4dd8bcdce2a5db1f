"""The table of drawings."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from cloud.database.base import METADATA

DRAWING = Table(
    "drawing",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("place", String(64), primary_key=True),
    Column("svg", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""One a place; `svg` is clean."""
