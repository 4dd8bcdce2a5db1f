"""The tables of tariffs, which only grow, and of supply contracts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from cloud.database.base import METADATA

TARIFF_REVISION = Table(
    "tariff_revision",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
)
"""`body` is a Tariff as JSON; the highest revision holds, none is ever changed or deleted."""

SUPPLY_CONTRACT = Table(
    "supply_contract",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("meter", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""`body` is Contracts as JSON."""
