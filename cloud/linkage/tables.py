"""The tables of checklists and of the effects on each."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

LINKAGE = Table(
    "linkage",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("gateway", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("zone_zh", Text, nullable=False),
    Column("zone_en", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("equipment", String(64), nullable=False),
    Column("instance", String(64), nullable=False),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", String(16)),
    Column("closed_at", BigInteger),
    Column("close_reason", String(16)),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_linkage_opened", "site", "zone", "opened_at", unique=True),
    Index("ix_linkage_site_opened_at", "site", "opened_at"),
)
"""`equipment`, `instance`: the first address in alarm; empty in a drill that began without one."""

LINKAGE_EFFECT = Table(
    "linkage_effect",
    METADATA,
    Column("linkage", String(36), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("point", String(200), nullable=False),
    Column("state", String(64), nullable=False),
    Column("within", Float, nullable=False),
    Column("seen_at", BigInteger),
    Column("seconds", Float),
    Column("already", Boolean, nullable=False),
    Column("missing_at", BigInteger),
    Column("known", Boolean),
)
"""`known`: whether the point could be read when the effect was missing."""
