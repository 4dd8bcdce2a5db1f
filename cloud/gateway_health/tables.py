"""The table of what each gateway said of itself last."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from cloud.database.base import METADATA

GATEWAY_STATUS = Table(
    "gateway_status",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("gateway", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)
"""`body` is a facility.gateway_status.Status as JSON; `at` is when it arrived, by our clock."""
