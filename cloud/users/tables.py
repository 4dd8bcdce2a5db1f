"""The tables of users, their sessions, machine tokens and wrong log-ins."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from cloud.database.base import METADATA

USER = Table(
    "user_account",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("display_name", String(64), nullable=False, server_default=""),
)
"""`password` is an argon2id hash; `roles` is JSON, site (or `*`) → roles; `display_name` may be empty."""

SESSION = Table(
    "user_session",
    METADATA,
    Column("secret", String(64), primary_key=True),
    Column("user_id", String(36), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index("ix_user_session_user_id", "user_id"),
)
"""`secret` is the SHA-256 of the cookie."""

TOKEN = Table(
    "token",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("secret", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("site", String(64), nullable=False),
    Column("gateway", String(64), nullable=False),
    Column("roles", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
)
"""`secret` is the token's SHA-256; `scopes` are single permissions, site → permissions, beside those of the roles."""

WRONG_LOGIN = Table(
    "wrong_login",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""`name` is the SHA-256 of what was typed as the name, alone and with the address: also of people who do not exist."""
