"""The tables of sites and their places, filled from the gateways' inventories."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table

from cloud.database.base import METADATA

SITE = Table(
    "site",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name_zh", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("address_zh", String(200), nullable=False, server_default=""),
    Column("address_en", String(200), nullable=False, server_default=""),
)

PLACE = Table(
    "place",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("gateway", String(64), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("parent", String(64)),
    Column("zh", String(200), nullable=False),
    Column("en", String(200), nullable=False),
    Column("zone", String(64)),
    Column("area", Float),
)
