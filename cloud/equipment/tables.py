"""The tables of equipment and alarm rules, filled from the gateways' inventories."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from cloud.database.base import METADATA

EQUIPMENT = Table(
    "equipment",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("gateway", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("model", String(64), nullable=False),
    Column("system", String(32), nullable=False),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("place", String(64)),
    Column("body", Text, nullable=False),
    Column("removed_at", BigInteger),
    Index(None, "site", "gateway"),
)
"""`body` is the InventoryEquipment as JSON; what left the inventory stays, with `removed_at`."""

RULE = Table(
    "rule",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("equipment", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)
"""The rule that holds now, as JSON."""

POINT_TEXT = Table(
    "point_text",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("point", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The newest text of each text point."""
