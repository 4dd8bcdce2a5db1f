"""Events to the disk in the order in which they came about, together with the state that they change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from facility.event import Draft, Event


class AcceptsEvents(Protocol):
    """The spool, as seen from here."""

    async def accept(
        self, drafts: Sequence[Draft], inventory: str, state: Mapping[str, bytes] | None = None
    ) -> list[Event]:
        """Write events and state in one transaction; returns when they are on disk. SpoolError where they can't be."""


class Recorder:
    """One queue and one writer: what is put while a commit runs goes into the next one, whole and in order.

    When the disk refuses, `run` raises SpoolError, which ends the agent: what it believed is then read anew.
    """

    def __init__(self, spool: AcceptsEvents, inventory: str) -> None:
        self.inventory = inventory
        self._spool = spool
        self._drafts: list[Draft] = []
        self._state: dict[str, bytes] = {}
        self._done: asyncio.Future[None] | None = None
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, drafts: Sequence[Draft], state: Mapping[str, bytes]) -> asyncio.Future[None] | None:
        """Queue them; the future is done when they are on disk, None where there is nothing to write."""
        if not drafts and not state:
            return None
        self._drafts += drafts
        self._state |= state
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        self._idle.clear()
        self._wake.set()
        return self._done

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    async def drain(self) -> None:
        """Return when everything put so far is on disk."""
        await self._idle.wait()

    async def _flush(self) -> None:
        drafts, state, done = self._drafts, self._state, self._done
        self._drafts, self._state, self._done = [], {}, None
        try:
            await self._spool.accept(drafts, self.inventory, state)
        except BaseException as error:
            if done is not None and not done.done():
                done.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
                done.exception()
            raise
        if done is not None and not done.done():
            done.set_result(None)
        if self._done is None:
            self._idle.set()
