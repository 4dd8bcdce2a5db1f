"""Which store a URL means."""

from __future__ import annotations

from cloud.database.base import Database
from cloud.database.postgres import PostgresDatabase
from cloud.database.sqlite import SqliteDatabase
from facility.errors import ConfigError


def database_of(url: str) -> Database:
    """The store of a URL; ConfigError for one that we don't speak."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        return SqliteDatabase(url)
    if scheme in {"postgresql", "postgres", "postgresql+asyncpg"}:
        return PostgresDatabase(f"postgresql+asyncpg:{url.partition(':')[2]}")
    raise ConfigError(f"{scheme!r} is no store of ours: write sqlite:///… or postgresql://user:password@host/name")
