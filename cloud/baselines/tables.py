"""The table of baselines: which period of a meter is its ground, by which method."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from cloud.database.base import METADATA

BASELINE = Table(
    "baseline",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("meter", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""`body` is a Ground as JSON. The model is fitted anew from the ledger whenever it is asked for."""
