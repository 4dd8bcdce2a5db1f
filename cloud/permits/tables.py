"""The table of permits."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from cloud.database.base import METADATA

PERMIT = Table(
    "permit",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("gateway", String(64), nullable=False),
    Column("equipment", String(64), nullable=False),
    Column("instance", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("equipment_zh", Text, nullable=False),
    Column("equipment_en", Text, nullable=False),
    Column("rule_zh", Text, nullable=False),
    Column("rule_en", Text, nullable=False),
    Column("life_safety", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("allowed_at", BigInteger),
    Column("allowed_by", String(64)),
    Column("instruction", String(36)),
    Column("refused_at", BigInteger),
    Column("refused_by", String(64)),
    Column("refused_why", Text),
    Column("ended_at", BigInteger),
    Column("ended_by", String(64)),
    Index("ix_permit_site_asked_at", "site", "asked_at"),
    Index("ix_permit_key", "site", "equipment", "rule", "instance"),
)
"""Nothing of a permit is changed but what was open in it; `instruction` is what the gateway was told."""
