"""The table of notices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, String, Table, Text, text

from cloud.database.base import METADATA

_WAITING: dict[str, Any] = {f"{dialect}_where": text("taken_at IS NULL") for dialect in ("sqlite", "postgresql")}

NOTICE = Table(
    "notice",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("site", String(64), nullable=False),
    Column("alarm", String(36), nullable=False),
    Column("occasion", String(32), nullable=False),
    Column("level", Integer, nullable=False),
    Column("posts", Text, nullable=False),
    Column("voice", Boolean, nullable=False),
    Column("life_safety", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("taken_at", BigInteger),
    Index("ix_notice_waiting", "id", **_WAITING),
    Index("ix_notice_at", "at"),
)
"""`posts` is JSON: who is to be told; `taken_at` is when the channels took it over."""
