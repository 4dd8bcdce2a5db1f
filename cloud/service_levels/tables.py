"""The tables of a site's service terms and of its own profiles."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from cloud.database.base import METADATA

SERVICE_TERMS = Table(
    "service_terms",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
"""`body` is a Terms as JSON."""

SERVICE_PROFILE = Table(
    "service_profile",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
"""A site's own contract, as JSON, beside the profiles that ship."""
