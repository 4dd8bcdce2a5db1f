"""SQLite: one writer thread with group commit (WAL, synchronous=FULL), and readers in threads of their own."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from cloud.database.base import T, Work
from cloud.database.group import MOST, Job, Outcome, all_failed, run_jobs
from cloud.database.handing import Heard, handed_over
from cloud.database.rows import run_plain
from cloud.errors import Unavailable

READERS = 4
BUSY_SECONDS = 10.0
PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-16000",
    "wal_autocheckpoint=4000",  # pages: rows that change again and again are copied back less often
)

log = logging.getLogger(__name__)


def sqlite_engine(url: str, *, begin: str, size: int = 1) -> Engine:
    """An engine whose transactions start with `begin`; each connection is durable and waits for the lock."""
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        run_plain(connection, begin)

    return engine


class SqliteDatabase:
    """The store in one file; see cloud.database.base.Database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._heard: list[Heard] = []
        self._open = False

    async def __aenter__(self) -> Self:
        Path(self._url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.get_running_loop()
        self._readers = sqlite_engine(self._url, begin="BEGIN", size=READERS)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="cloud-read")
        self._thread = threading.Thread(target=self._write_on, name="cloud-write", daemon=True)
        self._thread.start()
        self._open = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self._open = False
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._pool.shutdown)
        self._readers.dispose()

    async def read(self, work: Work[T]) -> T:
        if not self._open:
            raise Unavailable("存储已关闭 · the store is closed")
        try:
            return await self._loop.run_in_executor(self._pool, self._read, work)
        except OperationalError as error:
            raise Unavailable("存储暂时无法读取,请稍后再试 · the store can't be read now; try again") from error

    async def write(self, work: Work[T]) -> T:
        if not self._open:
            raise Unavailable("存储已关闭 · the store is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(Job(work, future))
        return await future

    def on_commit(self, heard: Heard) -> None:
        self._heard.append(heard)

    def _read(self, work: Work[T]) -> T:
        with self._readers.connect() as connection, connection.begin():
            return work(connection)

    def _write_on(self) -> None:
        engine = sqlite_engine(self._url, begin="BEGIN IMMEDIATE")
        while jobs := self._take():
            self._loop.call_soon_threadsafe(self._tell, *_commit(engine, jobs))
        engine.dispose()

    def _take(self) -> list[Job]:
        """Wait for one job, then all that wait too; nothing at the end."""
        first = self._jobs.get()
        jobs = [] if first is None else [first]
        while jobs and len(jobs) < MOST:
            try:
                following = self._jobs.get_nowait()
            except queue.Empty:
                break
            if following is None:
                self._jobs.put(None)
                break
            jobs.append(following)
        return jobs

    def _tell(self, outcomes: list[Outcome], handed: Sequence[object]) -> None:
        for outcome in outcomes:
            outcome.tell()
        for heard in self._heard:
            heard(handed)


def _commit(engine: Engine, jobs: list[Job]) -> tuple[list[Outcome], Sequence[object]]:
    try:
        with engine.connect() as connection, connection.begin():
            handed_over(connection)
            return run_jobs(connection, jobs), handed_over(connection)
    except SQLAlchemyError as error:
        log.exception("a group of %d writes was not committed", len(jobs))
        return all_failed(jobs, error), ()
