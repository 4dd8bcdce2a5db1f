"""The one thread that owns the spool's file: what is asked while it syncs is committed together next."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from edge.spool.file import SpoolFile, is_damage, is_full, suspect
from edge.spool.ledger import Ledger
from edge.spool.record import LaneState
from facility.errors import SpoolError
from facility.event import Lane

log = logging.getLogger(__name__)

T = TypeVar("T")

TIDY_EVERY: Final = 5.0
"""Seconds after which delivered rows are deleted although nothing else is written."""
TOGETHER: Final = 512
"""At most so many jobs in one transaction."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do with the ledger, and who waits for it."""

    do: Callable[[Ledger], Any]
    done: asyncio.Future[Any]
    writes: bool


class Worker:
    """Runs jobs in their order. After the first failed commit nothing is accepted any more (no sync is retried)."""

    def __init__(
        self,
        open_ledger: Callable[[], tuple[SpoolFile, Ledger]],
        read: Callable[[SpoolFile], Ledger],
        told: Callable[[], None],
    ) -> None:
        self._open = open_ledger
        self._reads = read
        self._told = told
        self._tidied = time.monotonic()
        self._grown = False
        """Whether the log may have become longer since it was looked at."""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self.broken: str | None = None
        self._ledger: Ledger
        self.waiting: Mapping[Lane, LaneState] = {}

    async def start(self) -> None:
        """Open the file on the thread; raises what opening raised."""
        self._thread.start()
        await self._opened

    async def stop(self) -> None:
        """Finish what is asked, close the file, end the thread."""
        self._jobs.put(None)
        while self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, 5.0)

    async def ask(self, do: Callable[[Ledger], T], *, writes: bool) -> T:
        """Run `do` on the thread; with `writes` it returns after the sync. SpoolError where the disk failed."""
        if self.broken is not None or not self._thread.is_alive():
            raise SpoolError(self.broken or "the spool is closed")
        done: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put(Job(do, done, writes))
        return await done

    def _run(self) -> None:
        try:
            file, self._ledger = self._open()
            self.waiting = self._ledger.waiting()
        except BaseException as error:  # noqa: BLE001 - it is raised again, in start()
            self._post(self._opened, error)
            return
        self._post(self._opened, None)
        while self._turn(file):
            pass
        self._end(file)

    def _turn(self, file: SpoolFile) -> bool:
        jobs, more = self._gather()
        writes = [job for job in jobs if job.writes]
        if self.broken is None and (writes or self._tidy_due()):
            self._commit(file, writes)
        elif writes:
            self._fail(writes)
        for job in jobs:
            if not job.writes:
                self._read(file, job)
        if self._grown and self.broken is None and self._jobs.empty():
            self._grown = False
            if file.must_fold():
                self._guard(file, lambda: self._fold(file))
        return more

    def _look(self) -> None:
        self.waiting = self._ledger.waiting()

    def _fold(self, file: SpoolFile) -> None:
        try:
            file.fold()
        except sqlite3.Error as error:
            if not (is_full(error) and self._make_space(file)):
                raise

    def _tidy_due(self) -> bool:
        """Deletions ride with other writes; on their own they come at most every five seconds."""
        return self._ledger.untidy and time.monotonic() - self._tidied >= TIDY_EVERY

    def _gather(self) -> tuple[list[Job], bool]:
        jobs: list[Job] = []
        try:
            wait = self._jobs.get(timeout=TIDY_EVERY if self._ledger.untidy else None)
            while wait is not None:
                jobs.append(wait)
                if len(jobs) >= TOGETHER:
                    return jobs, True
                wait = self._jobs.get_nowait()
        except queue.Empty:
            return jobs, True
        return jobs, False

    def _commit(self, file: SpoolFile, jobs: list[Job]) -> None:
        answers: list[Any] = []

        def together() -> None:
            answers.clear()
            file.db.execute("BEGIN IMMEDIATE")
            answers.extend(job.do(self._ledger) for job in jobs)
            self._ledger.tidy()
            self._ledger.save()
            file.db.execute("COMMIT")

        def with_more_space() -> None:
            try:
                together()
            except sqlite3.Error as error:
                if not (is_full(error) and self._make_space(file)):
                    raise
                together()

        self._grown = True
        if not self._guard(file, with_more_space):
            self._fail(jobs)
            return
        self._tidied = time.monotonic()
        self._guard(file, self._look)
        self._loop_call(self._resolve, [job.done for job in jobs], answers)

    def _make_space(self, file: SpoolFile) -> bool:
        """The disk is full, nothing was synced: telemetry gives way, with a gap record; False where it can't."""
        log.error("the disk of the spool %s is full", file.path)
        if file.db.in_transaction:
            self._roll_back(file)
        file.spend_reserve()
        file.fold(everything=True)
        self._ledger = self._reads(file)
        file.db.execute("BEGIN IMMEDIATE")
        freed = self._ledger.shrink()
        self._ledger.save()
        file.db.execute("COMMIT")
        file.fold(everything=True)
        file.keep_reserve()
        return freed

    def _read(self, file: SpoolFile, job: Job) -> None:
        answer: list[Any] = []

        def asked() -> None:
            answer.append(job.do(self._ledger))
            self._look()

        if self.broken is None and self._guard(file, asked):
            self._loop_call(self._resolve, [job.done], answer)
        else:
            self._fail([job])

    def _guard(self, file: SpoolFile, do: Callable[[], None]) -> bool:
        """Do it; after any failure the spool takes nothing more until it is opened again."""
        try:
            do()
        except Exception as error:  # the named boundary of the spool's thread
            log.exception("the spool %s failed; nothing more is accepted until it is opened again", file.path)
            self.broken = f"the spool {file.path} failed: {error}"
            if isinstance(error, sqlite3.Error) and is_damage(error):
                suspect(file.path).touch()
            if file.db.in_transaction:
                self._roll_back(file)
            return False
        return True

    def _roll_back(self, file: SpoolFile) -> None:
        try:
            file.db.execute("ROLLBACK")
        except sqlite3.Error as error:
            log.error("the spool %s can't roll back either: %s", file.path, error)  # noqa: TRY400

    def _fail(self, jobs: list[Job]) -> None:
        for job in jobs:
            self._post(job.done, SpoolError(self.broken or "the spool is closed"))

    def _end(self, file: SpoolFile) -> None:
        def last() -> None:
            file.db.execute("BEGIN IMMEDIATE")
            self._ledger.tidy(whatever=True)
            self._ledger.save()
            self._ledger.put_meta("clean", "yes")
            file.db.execute("COMMIT")

        if self.broken is None:
            self._guard(file, last)
        file.close()

    def _post(self, done: asyncio.Future[Any], error: BaseException | None) -> None:
        self._loop_call(self._settle, done, None, error)

    def _resolve(self, futures: list[asyncio.Future[Any]], answers: list[Any]) -> None:
        for done, answer in zip(futures, answers, strict=True):
            self._settle(done, answer, None)
        self._told()

    @staticmethod
    def _settle(done: asyncio.Future[Any], answer: Any, error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(answer)
        else:
            done.set_exception(error)

    def _loop_call(self, call: Callable[..., None], *arguments: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(call, *arguments)
