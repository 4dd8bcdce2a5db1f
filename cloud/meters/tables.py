"""The tables of what people say of meters: settings, replacements, readings by hand, how shared use is split."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from cloud.database.base import METADATA

METER = Table(
    "meter",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""`body` is MeterSettings as JSON. A meter of the inventory has a row only where somebody changed something."""

METER_REPLACEMENT = Table(
    "meter_replacement",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("meter", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("installed", BigInteger, nullable=False),
    Column("width", BigInteger),
    Column("multiplier", String(32)),
    Column("note", String(500), nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("entered_by", String(64), nullable=False),
    Column("void_at", BigInteger),
    Column("void_by", String(64)),
    Index("ix_meter_replacement_site_meter_at", "site", "meter", "at"),
)
"""Registers in millionths of the ledger's unit; width and multiplier are the new meter's, null: as before."""

METER_READING = Table(
    "meter_reading",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("meter", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("source", String(8), nullable=False),
    Column("note", String(500), nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("entered_by", String(64), nullable=False),
    Column("void_at", BigInteger),
    Column("void_by", String(64)),
    Index("ix_meter_reading_site_meter_at", "site", "meter", "at"),
)
"""`source` is form or csv; a voided reading stays and counts no more."""

APPORTIONMENT = Table(
    "apportionment",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""公摊: `body` is a rule (facility.energy.apportionment.Apportionment) as JSON."""
