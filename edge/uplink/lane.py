"""Sends one lane of events in order; what the cloud says of each one decides what becomes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from pydantic import ValidationError

from edge.backoff import Backoff
from edge.delivery import Answer, Away, Link, TooLarge, judge, keep_delivering
from edge.spool import Record, Spool
from edge.uplink.connection import Connection
from edge.uplink.inventories import Inventories
from facility.clock import Clock
from facility.errors import Rejected
from facility.event import EventResult, EventResults, Lane, Verdict

AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 1 << 20
TRUST: Final = 8
"""So many events refused one by one and none taken yet: the cloud is wrong, not the events."""
OWN: Final = b'"type":"dead_letter.recorded"'
"""An event about a dead letter that is refused itself makes no further event."""


class LaneSender:
    """One lane, one task, one connection."""

    def __init__(
        self,
        lane: Lane,
        spool: Spool,
        connection: Connection,
        inventories: Inventories,
        clock: Clock,
        backoff: Backoff,
    ) -> None:
        self._lane = lane
        self._spool = spool
        self._connection = connection
        self._inventories = inventories
        self._clock = clock
        self._backoff = backoff
        self._proven = False
        self.link = Link(f"cloud, {lane} lane", clock)

    async def run(self, delivered: Callable[[], Awaitable[None]], lost: Callable[[], Awaitable[None]]) -> None:
        """Until cancelled. `delivered` after each batch, `lost` at the first failure of a row."""

        async def once() -> None:
            await self._deliver()
            await delivered()

        async def first_failure() -> None:
            self._proven = False
            await lost()

        await keep_delivering(self.link, once, self._backoff, first_failure)

    async def _deliver(self) -> None:
        await self._spool.wait(self._lane)
        was = self._spool.spool_id
        records = await self._spool.oldest(self._lane, AT_ONCE, BYTES_AT_ONCE)
        await self._inventories.announce({r.inventory for r in records if r.inventory}, self._connection)
        doubtful: list[tuple[Record, str]] = []
        waiting = [records] if records else []
        while waiting:
            part = waiting.pop()
            try:
                results = await self._post(part)
            except (Rejected, TooLarge) as error:
                if len(part) > 1:
                    waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
                else:
                    doubtful.append((part[0], str(error)))
                    self._believe(doubtful)
                continue
            self._proven = True
            if await self._settle(part, results):
                await self._spool.reopen(was)
                return
        if doubtful and not self._proven:
            raise Away(f"the cloud refuses everything: {doubtful[0][1]}")
        for record, why in doubtful:
            await self._bury(record, why)

    def _believe(self, doubtful: list[tuple[Record, str]]) -> None:
        if len(doubtful) >= TRUST and not self._proven:
            raise Away(f"the cloud refuses everything: {doubtful[0][1]}")

    async def _post(self, records: list[Record]) -> tuple[EventResult, ...]:
        body = b'{"events":[' + b",".join(r.body for r in records) + b"]}"
        answer = await self._connection.send("POST", "/events", body)
        if answer.status == 409:
            await self._inventories.forgotten()
            raise Away(f"the cloud does not know the inventory: {' '.join(answer.text.split())[:200]}")
        judge("cloud", answer, self._clock)
        return _results(answer, records)

    async def _settle(self, records: list[Record], results: tuple[EventResult, ...]) -> bool:
        """Do what the cloud said of each; True where a key was used twice, so that a new spool id is due."""
        taken = (Verdict.ACCEPTED, Verdict.DUPLICATE)
        done = [r.seq for r, result in zip(records, results, strict=True) if result.verdict in taken]
        await self._spool.delivered(self._lane, done)
        for record, result in zip(records, results, strict=True):
            if result.verdict is Verdict.REJECTED:
                await self._bury(record, result.reason or "rejected by the cloud")
        return any(result.verdict is Verdict.CONFLICT for result in results)

    async def _bury(self, record: Record, why: str) -> None:
        await self._spool.bury(record, why, told=OWN not in record.body)


def _results(answer: Answer, records: list[Record]) -> tuple[EventResult, ...]:
    """One result for each event, in their order; anything else is no answer."""
    try:
        results = EventResults.model_validate_json(answer.text).results
    except ValidationError as error:
        raise Away(f"the cloud's answer can't be read: {error.errors()[0]['msg']}") from error
    if [r.seq for r in results] != [r.seq for r in records]:
        raise Away("the cloud's answer does not fit the events that were sent")
    return results
