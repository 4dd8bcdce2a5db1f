"""The table of codes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, String, Table, text

from cloud.database.base import METADATA

_VALID: dict[str, Any] = {
    "sqlite_where": text("retired_at IS NULL"),
    "postgresql_where": text("retired_at IS NULL"),
}

QR_CODE = Table(
    "qr_code",
    METADATA,
    Column("code", String(16), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ref", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("retired_at", BigInteger),
    Index("uq_qr_code_of", "site", "kind", "ref", unique=True, **_VALID),
)
"""`ref` is the equipment or the place (`kind`); one code of each is valid, a replaced one stays known as retired."""
