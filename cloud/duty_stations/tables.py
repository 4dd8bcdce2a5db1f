"""The tables of duty stations and of their sound tests."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from cloud.database.base import METADATA

DUTY_STATION = Table(
    "duty_station",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("post", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("enrolled_by", String(64), nullable=False),
    Column("seen_at", BigInteger),
    Column("armed_at", BigInteger),
    Index("ix_duty_station_site_post", "site", "post"),
)
"""One screen that stands at a post; `armed_at` is when it last said that it would sound."""

SOUND_TEST = Table(
    "sound_test",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("station", String(36), nullable=False),
    Column("name", String(64), nullable=False),
    Column("post", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("heard", Boolean, nullable=False),
    Index("ix_sound_test_site_at", "site", "at"),
)
"""The log of sound tests, also of stations that are no longer enrolled; nothing of it is changed."""
