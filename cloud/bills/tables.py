"""The table of checked bills: ours as it was reckoned then, theirs as it was typed in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

BILL_CHECK = Table(
    "bill_check",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("meter", String(64), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("tariff", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_bill_check_site_meter_first", "site", "meter", "first"),
)
"""`body` is a CheckedBill as JSON: a later tariff changes nothing in it."""
