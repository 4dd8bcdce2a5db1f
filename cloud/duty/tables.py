"""The tables of posts, of the rota, and of what people can and may do."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

DUTY_POST = Table(
    "duty_post",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("zh", String(200), nullable=False),
    Column("en", String(200), nullable=False),
    Column("phone", String(32), nullable=False),
)
"""The posts of a site beside those that every site has."""

DUTY = Table(
    "duty",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("post", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index("ix_duty_site_ends_at", "site", "ends_at"),
)
"""One person at one post from … to; `person` is a user's name."""

TRADE = Table(
    "trade",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("zh", String(200), nullable=False),
    Column("en", String(200), nullable=False),
    Column("post", String(64), nullable=False),
    Column("certificates", Text, nullable=False),
)
"""What a site says of a trade; `certificates` is JSON, the kinds that it needs."""

SKILL = Table(
    "skill",
    METADATA,
    Column("site", String(64), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("trade", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
)
"""Who can do what; level 3 is the best."""

CERTIFICATE = Table(
    "certificate",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("number", String(100), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("expires_on", Date),
    Column("added_at", BigInteger, nullable=False),
    Index("ix_certificate_site_person", "site", "person"),
)
"""Valid from `issued_on` to the end of `expires_on`, both local dates of the site; no end where that is null."""

BADGE = Table(
    "badge",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("value", String(64), nullable=False),
    Column("shown", String(64), nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("added_by", String(64), nullable=False),
    Index("uq_badge_value", "site", "kind", "value", unique=True),
)
"""Whose card (`value`: its keyed hash, `shown`: the last four digits) or patrol wand (its name) it is."""
