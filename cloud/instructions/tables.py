"""The table of instructions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

INSTRUCTION = Table(
    "instruction",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("gateway", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False),
    Column("target", String(200), nullable=False),
    Column("arguments", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("outcome", String(16)),
    Column("why", Text),
    Column("answered_at", BigInteger),
    Index("uq_instruction_id", "id", unique=True),
)
