"""The tables of a site's energy settings, and of hourly outdoor temperatures that were sent or imported."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from cloud.database.base import METADATA

ENERGY_SETTINGS = Table(
    "energy_settings",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""`body` is EnergySettings as JSON."""

TEMPERATURE_DAY = Table(
    "temperature_day",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("columns", LargeBinary, nullable=False),
)
"""One UTC day (days since 1970): 24 little-endian float32 in °C, NaN where unknown."""
