"""The tables of posts and of the rota."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

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
