"""The table of what each equipment did in each local day."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

CONDITION_DAY = Table(
    "condition_day",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("equipment", String(64), primary_key=True),
    Column("part", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("body", Text, nullable=False),
    Column("mark", String(32), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("computed_at", BigInteger, nullable=False),
    Column("restated", Integer, nullable=False),
    Index("ix_condition_day_site_day", "site", "day"),
)
"""One row a local day of the site. `part` is empty, or a part that runs by itself (`pump_1` of a sump); `body` is a
facility.condition.tally.Tally as JSON; `mark` changes where the historian holds other samples of that day; `until` is
up to when the day was known; `restated` counts how often late data changed a day that was over."""
