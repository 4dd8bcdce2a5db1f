"""The photos' table; the pictures themselves are files."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from cloud.database.base import METADATA

PHOTO = Table(
    "photo",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("order_id", String(36), nullable=False),
    Column("key", String(64), nullable=False),
    Column("file", String(64), nullable=False),
    Column("sent", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("note", String(500), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("taken_at", BigInteger),
    Index("uq_photo_order_id_key", "order_id", "key", unique=True),
    Index("ix_photo_site_at", "site", "at"),
    Index("uq_photo_file", "file", unique=True),
)
"""`key` is the sender's own, `file` a random name, `sent` and `sha256` of the bytes as they came; without
`taken_at` it was taken when it came."""
