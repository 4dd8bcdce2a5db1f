"""The tables of gateways and of every inventory that they sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, String, Table, Text

from cloud.database.base import METADATA

GATEWAY = Table(
    "gateway",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("inventory", String(16)),
    Column("version", String(64), nullable=False),
    Column("online", Boolean, nullable=False),
    Column("last_seen", BigInteger),
    Column("waiting", Text, nullable=False),
)
"""`inventory` is the revision that holds now; `waiting` is JSON, lane → records not yet delivered."""

INVENTORY = Table(
    "inventory",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("gateway", String(64), primary_key=True),
    Column("revision", String(64), primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("body", Text),
    Column("stands_in", String(16)),
)
"""A revision that an event named and nobody ever sent has no body; the one sent after it was asked for stands in."""
