"""Brings a store's tables to this release."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from facility.errors import ConfigError

FOLDER = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def _steps() -> tuple[str | None, frozenset[str]]:
    """The newest step of this release, and all of them; each is a module to import."""
    scripts = ScriptDirectory.from_config(_config())
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())


def upgrade(connection: Connection) -> None:
    """All steps that are missing, in one transaction."""
    newest, known = _steps()
    held = MigrationContext.configure(connection).get_current_revision()
    if held is not None and held not in known:
        raise ConfigError(
            f"the store is of a newer release (step {held}); this one knows steps up to {newest}: update it"
        )
    if held != newest:
        command.upgrade(_config(connection), "head")


def behind(connection: Connection) -> bool:
    """Whether steps are missing."""
    newest, _ = _steps()
    return MigrationContext.configure(connection).get_current_revision() != newest


async def migrate(url: str, *, only_sqlite: bool = False) -> None:
    """Bring the store of the URL to this release; a PostgreSQL one is only checked where `only_sqlite`."""
    if url.startswith("sqlite:"):
        await asyncio.to_thread(_migrate_sqlite, url)
        return
    engine = create_async_engine(f"postgresql+asyncpg:{url.partition(':')[2]}", poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            if not only_sqlite:
                await connection.run_sync(upgrade)
            elif await connection.run_sync(behind):
                raise ConfigError("the store's tables are not of this release: run `gatehouse cloud migrate` first")
    except OSError as error:
        raise ConfigError(f"PostgreSQL does not answer ({error}); check the URL and the server") from error
    finally:
        await engine.dispose()


def _migrate_sqlite(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            upgrade(connection)
    finally:
        engine.dispose()
