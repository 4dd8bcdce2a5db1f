"""The tables of the ledger: the readings that it needs, the amounts that it came to, and what was restated."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, String, Table

from cloud.database.base import METADATA

REGISTER_DAY = Table(
    "register_day",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("meter", String(64), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("samples", Integer, nullable=False),
    Column("readings", LargeBinary, nullable=False),
    Column("seen", LargeBinary, nullable=False),
)
"""One UTC day (days since 1970) of readings from the wire: the first and last of each quarter hour and all around a
step down; `seen` says how many samples the historian had in each quarter, and which was its last value."""

AMOUNT_DAY = Table(
    "amount_day",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("meter", String(64), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("columns", LargeBinary, nullable=False),
)
"""One UTC day of intervals: 96 records, see cloud.ledger.columns."""

LEDGER_STATE = Table(
    "ledger_state",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("meter", String(64), primary_key=True),
    Column("unit", String(16), nullable=False),
    Column("facts", String(16), nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("accounted_at", BigInteger, nullable=False),
)
"""`first_at` and `last_at`: the first and last reading of all; `facts`: the fingerprint that the amounts stand on."""

RESTATEMENT = Table(
    "restatement",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("meter", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("intervals", Integer, nullable=False),
    Column("amount_before", BigInteger, nullable=False),
    Column("amount_after", BigInteger, nullable=False),
    Column("coverage_before", Float, nullable=False),
    Column("coverage_after", Float, nullable=False),
    Column("columns_before", LargeBinary, nullable=False),
    Index("ix_restatement_site_at", "site", "at"),
    Index("ix_restatement_site_meter_at", "site", "meter", "at"),
)
"""What had been stated and was restated: never changed, never deleted. Amounts and coverage are those of the changed
intervals; `columns_before` holds them as they stood, one record for each interval from `start` to `end`."""
