"""The equipment register's table."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, String, Table, Text

from cloud.database.base import METADATA

ASSET = Table(
    "asset",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("equipment", String(64), primary_key=True),
    Column("maker", String(200), nullable=False),
    Column("serial", String(100), nullable=False),
    Column("registration", String(100), nullable=False),
    Column("installed_on", Date),
    Column("warranty_until", Date),
    Column("next_inspection_on", Date),
    Column("contractor", String(64)),
    Column("updated_at", BigInteger, nullable=False),
    Column("documents", Text, nullable=False, server_default="[]"),
)
"""`contractor` is the name of a user (维保单位), `registration` that of the authority; `documents` are JSON."""
