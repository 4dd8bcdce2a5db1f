from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from cloud.alarms.reading import live_of_gateway
from cloud.database.base import METADATA
from cloud.database.opening import database_of
from cloud.migrations.running import migrate
from cloud.settings import Settings
from facility.errors import ConfigError


async def test_the_steps_make_the_tables_that_the_code_means(settings: Settings) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))

    async with database_of(settings.database_url) as database:
        assert await database.read(differences) == []


async def test_the_partial_index_serves_the_question_that_it_is_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'cloud.sqlite'}"
    await migrate(url)
    asked: list[str] = []

    def plan(connection: Connection) -> str:
        connection.connection.set_trace_callback(asked.append)
        live_of_gateway(connection, "riverside", "riverside-1")
        connection.connection.set_trace_callback(None)
        (query,) = asked
        return str(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())

    async with database_of(url) as database:
        assert "ix_alarm_live_gateway" in await database.read(plan)


async def test_a_store_of_a_newer_release_is_refused(settings: Settings) -> None:
    async with database_of(settings.database_url) as database:
        await database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(ConfigError, match="newer release"):
        await migrate(settings.database_url)


def test_an_empty_postgresql_must_be_migrated_on_purpose(postgres_url: str) -> None:
    with pytest.raises(ConfigError, match="gatehouse cloud migrate"):
        asyncio.run(migrate(postgres_url, only_sqlite=True))
    asyncio.run(migrate(postgres_url))
    asyncio.run(migrate(postgres_url, only_sqlite=True))


@pytest.mark.parametrize("url", ["mysql://x", "postgresql://127.0.0.1:1/none"])
async def test_a_store_that_is_not_there_says_so(url: str) -> None:
    with pytest.raises(ConfigError):
        await migrate(url) if url.startswith("postgresql") else database_of(url)
