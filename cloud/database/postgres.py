"""PostgreSQL: the same one writer with group commit; an advisory lock makes all replicas' writers one."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Self

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cloud.database.base import T, Work
from cloud.database.group import MOST, Job, Outcome, all_failed, run_jobs
from cloud.database.handing import Heard, handed_over
from cloud.errors import Unavailable

WRITER_LOCK = 0x6761_7465
"""pg_advisory_xact_lock key: id order in the stream is commit order, whichever replica writes."""

log = logging.getLogger(__name__)


class PostgresDatabase:
    """The store on a server; see cloud.database.base.Database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._heard: list[Heard] = []
        self._open = False

    async def __aenter__(self) -> Self:
        self._jobs: asyncio.Queue[Job | None] = asyncio.Queue()
        self._engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=5,
            max_overflow=5,
            pool_pre_ping=True,
            connect_args={"timeout": 10, "command_timeout": 60},
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._writer = asyncio.create_task(self._write_on(), name="cloud-write")
        self._open = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self._open = False
        await self._jobs.put(None)
        await self._writer
        await self._engine.dispose()

    async def read(self, work: Work[T]) -> T:
        if not self._open:
            raise Unavailable("存储已关闭 · the store is closed")
        try:
            async with self._reading.connect() as connection:
                return await connection.run_sync(work)
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise Unavailable("存储暂时无法读取,请稍后再试 · the store can't be read now; try again") from error

    async def write(self, work: Work[T]) -> T:
        if not self._open:
            raise Unavailable("存储已关闭 · the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        await self._jobs.put(Job(work, future))
        return await future

    def on_commit(self, heard: Heard) -> None:
        self._heard.append(heard)

    async def _write_on(self) -> None:
        while jobs := await self._take():
            for outcome in await self._commit(jobs):
                outcome.tell()
            for heard in self._heard:
                heard(None)

    async def _take(self) -> list[Job]:
        first = await self._jobs.get()
        jobs = [] if first is None else [first]
        while jobs and len(jobs) < MOST and not self._jobs.empty():
            following = self._jobs.get_nowait()
            if following is None:
                await self._jobs.put(None)
                break
            jobs.append(following)
        return jobs

    async def _commit(self, jobs: list[Job]) -> list[Outcome]:
        try:
            async with self._engine.begin() as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
                outcomes: list[Any] = await connection.run_sync(run_jobs, jobs)
                await connection.run_sync(handed_over)
            return outcomes
        except (SQLAlchemyError, OSError) as error:
            log.exception("a group of %d writes was not committed", len(jobs))
            return all_failed(jobs, error)
