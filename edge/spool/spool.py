"""The spool's asynchronous face: accepted means synced to disk when it returns."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from edge.spool.file import WRONG, SpoolFile, is_damage, open_file, suspect
from edge.spool.ledger import Ledger
from edge.spool.record import LaneState, Quotas, Record
from edge.spool.salvage import salvage
from edge.spool.stamp import Stamp
from edge.spool.worker import Worker
from facility.clock import Clock
from facility.errors import SpoolError
from facility.event import Draft, Event, Lane


class Spool:
    """Four durable lanes in one SQLite file. Every method may raise SpoolError: then end, and start again from disk."""

    def __init__(self, path: Path, clock: Clock, *, site: str, gateway: str, quotas: Quotas | None = None) -> None:
        self._path = path
        self._clock = clock
        self._stamp = Stamp(clock, site, gateway)
        self.quotas = quotas or Quotas()
        """Bytes that each lane may hold."""
        self._worker: Worker | None = None
        self._ledger: Ledger | None = None
        self._newest: Record | None = None
        """The telemetry record stored last, until it is delivered: an end that keeps up needs not read it back."""
        self._newest_sifted = False
        self._filled = {lane: asyncio.Event() for lane in Lane}
        self.clean = True
        """Whether the last run ended in order."""
        self.damaged: Path | None = None
        """Where a damaged file was set aside at this start."""

    async def __aenter__(self) -> Self:
        self._worker = Worker(self._open, self._read, self._told)
        await self._worker.start()
        await self._worker.ask(lambda ledger: ledger.put_meta("clean", "no"), writes=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.stop()

    @property
    def spool_id(self) -> UUID:
        """Made with the file; a new one after a conflict."""
        if self._ledger is None:
            raise RuntimeError("the spool is not open: use `async with`")
        return self._ledger.spool_id

    async def accept(
        self, drafts: Sequence[Draft], inventory: str, state: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        """Append events to their lanes and keep `state`, all or nothing; on disk when it returns."""
        if not drafts and not state:
            return []
        return await self._running.ask(lambda ledger: ledger.accept(drafts, inventory, state or {}), writes=True)

    async def store(self, body: bytes, *, samples: int, start: int, end: int, sifted: bool = False) -> int:
        """Append one gzip member of line protocol to the telemetry lane; its seq, when on disk. Times UTC ns.

        `sifted`: nothing is in it that the gate before an end would refuse.
        """
        record = await self._running.ask(lambda ledger: ledger.store(body, samples, start, end), writes=True)
        self._newest, self._newest_sifted = record, sifted
        return record.seq

    def sifted(self, record: Record) -> bool:
        """Whether this very record was stored sifted, and never left memory."""
        return self._newest_sifted and record is self._newest

    async def oldest(self, lane: Lane, limit: int, max_bytes: int) -> list[Record]:
        """The oldest undelivered records in order, at least one if there is one; damaged ones go to the dead lane."""
        newest, state = self._newest, self._running.waiting[lane]
        if newest is not None and lane is Lane.TELEMETRY and state.records == 1 and state.high == newest.seq:
            return [newest]
        while True:
            found, damaged = await self._running.ask(lambda ledger: ledger.oldest(lane, limit, max_bytes), writes=False)
            if not damaged:
                return found
            await self._running.ask(lambda ledger, rows=damaged: ledger.condemn(rows), writes=True)  # type: ignore[misc]

    async def delivered(self, lane: Lane, seqs: Sequence[int], keep: float = 0.0) -> None:
        """An end has them: not offered again, deleted with the next commit, at the earliest after `keep` seconds.

        A kill before that offers them again: the ends take a second copy as the same.
        """
        self._newest = None if lane is Lane.TELEMETRY else self._newest
        await self._running.ask(lambda ledger: ledger.mark(lane, seqs, keep), writes=False)

    async def again(self, lane: Lane) -> None:
        """Offer what was delivered and is still kept once more: the end lost it after it had answered."""
        self._newest = None
        await self._running.ask(lambda ledger: ledger.unmark(lane), writes=False)

    async def bury(
        self, record: Record, why: str, body: bytes | None = None, *, samples: int = 0, told: bool = True
    ) -> None:
        """Move a record, or only its refused part `body` of `samples`, to the dead lane, with an event (told)."""
        count, self._newest = samples or record.samples, None
        await self._running.ask(lambda ledger: ledger.bury(record, why, body, count, told=told), writes=True)

    async def refuse(self, why: str, body: bytes, *, samples: int, start: int, end: int) -> None:
        """Samples that no historian may get: straight to the dead lane, with an event. Times UTC ns."""
        await self._running.ask(lambda ledger: ledger.refuse(why, body, samples, start, end), writes=True)

    async def state(self) -> dict[str, bytes]:
        """Everything that was kept with accept."""
        return await self._running.ask(lambda ledger: ledger.state(), writes=False)

    async def forget(self, keys: Sequence[str]) -> None:
        """Delete states."""
        await self._running.ask(lambda ledger: ledger.forget(keys), writes=True)

    async def keep_inventory(self, revision: str, body: bytes) -> None:
        """Keep an inventory as long as an undelivered event names it; the newest always."""
        await self._running.ask(lambda ledger: ledger.keep_inventory(revision, body), writes=True)

    async def inventory(self, revision: str) -> bytes | None:
        """The body of a kept inventory."""
        return await self._running.ask(lambda ledger: ledger.inventory(revision), writes=False)

    async def reopen(self, was: UUID) -> UUID:
        """The cloud knows other events under our keys: go on under a new spool id, undelivered events included."""
        await self._running.ask(lambda ledger: ledger.renew(was), writes=True)
        return self.spool_id

    def waiting(self) -> dict[Lane, LaneState]:
        """What is not delivered yet."""
        return dict(self._running.waiting)

    async def wait(self, lane: Lane) -> None:
        """Until the lane has something undelivered."""
        while not self._running.waiting[lane].records:
            self._filled[lane].clear()
            await self._filled[lane].wait()

    @property
    def broken(self) -> str | None:
        """Why nothing is accepted any more."""
        return self._running.broken

    @property
    def _running(self) -> Worker:
        if self._worker is None:
            raise RuntimeError("the spool is not open: use `async with`")
        return self._worker

    def _told(self) -> None:
        for lane, state in self._running.waiting.items():
            if state.records:
                self._filled[lane].set()

    def _open(self) -> tuple[SpoolFile, Ledger]:
        """Open the file; one that can't be read is set aside, and what can be saved of it goes into a new one."""
        file = open_file(self._path)
        try:
            ledger = self._read(file)
            ledger.waiting()
        except (sqlite3.Error, *WRONG) as error:
            file.close()
            if isinstance(error, sqlite3.Error) and not is_damage(error):
                raise SpoolError(f"can't read the spool {self._path}: {error}") from error
            suspect(self._path).touch()
            file = open_file(self._path)
            ledger = self._read(file)
        self.clean, self.damaged = ledger.clean and file.damaged is None, file.damaged
        if file.damaged is not None:
            salvage(file, ledger)
        elif file.vanished:
            ledger.report("the spool was missing or empty at the start", str(self._path))
        elif file.torn:
            file.db.execute("BEGIN IMMEDIATE")
            ledger.report(
                "torn end of the spool's log",
                "its last transaction does not hold: a power cut tore it before it was accepted, or it was damaged",
            )
            ledger.save()
            file.db.execute("COMMIT")
        return file, ledger

    def _read(self, file: SpoolFile) -> Ledger:
        self._ledger = Ledger(file, self._stamp, self._clock, self.quotas)
        return self._ledger
