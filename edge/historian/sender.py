"""Sends the telemetry lane in order; finds a refused point by halving its batch, and the others pass."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import zlib
from typing import Final

from edge.backoff import Backoff
from edge.delivery import Away, Link, TooLarge, keep_delivering
from edge.historian.ends import End
from edge.historian.joining import joined
from edge.historian.lines import single_fields, split_lines
from edge.historian.pace import Pace
from edge.historian.packing import packed, unpacked
from edge.historian.patience import Patience
from edge.historian.sift import sift
from edge.spool import Record, Spool
from facility.clock import NS, Clock
from facility.errors import Rejected
from facility.event import Lane

AT_ONCE: Final = 16
BYTES_AT_ONCE: Final = 4 << 20
"""Records that are read from the spool together."""
KEEP: Final = 90.0
"""Seconds that delivered records are kept, to be sent again after a broken connection: a minute, and the time that an
offer of them may wait for its turn."""
SPARE: Final = 15.0
"""Seconds between two offers of the kept records: on a line that breaks all the time the new ones still get on."""
COPIES: Final = 3
"""So often one record is sent in all because of broken connections."""
REMEMBERED: Final = 10_000
"""Records whose copies are counted."""
TRUST: Final = 32
"""So many refusals in a row, and nothing taken yet: the end is wrong, not the content."""
LONG: Final = 4096
"""Bytes of refused lines that are kept as they are; more are compressed."""

Refusals = list[tuple[bytes, str]]


class Historian:
    """One sender for one end. `run` until cancelled; `link` says how the end is doing."""

    def __init__(
        self,
        spool: Spool,
        end: End,
        clock: Clock,
        *,
        keep: float = KEEP,
        backoff: Backoff | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._spool = spool
        self._end = end
        self._clock = clock
        self._keep = keep
        self._backoff = backoff or Backoff()
        self._patience = patience or Patience(clock)
        self._pace = Pace(spool)
        self._proven = False
        self._witness: list[bytes] | bytes | None = None
        """Lines that the end took, or a gzip member of them."""
        self._connections = 0
        self._copies: dict[int, int] = {}
        self._alone = 0
        """So many records are sent one by one, as a request of several failed."""
        self._owed = False
        self._offered = clock.monotonic() - round(SPARE * NS) - 1
        self.link = Link("historian", clock)
        self.sent = 0
        """Samples that the end has taken since the start."""

    async def run(self) -> None:
        """Until cancelled; SpoolError where the disk failed."""
        await keep_delivering(self.link, self._deliver, self._backoff, self._lost)

    async def _lost(self) -> None:
        self._proven = False
        self._owed = True
        await self._again()

    async def _again(self) -> None:
        """Offer the kept records once more where that is owed, at most every 15 s."""
        if self._owed and self._clock.monotonic() - self._offered > SPARE * NS:
            self._offered = self._clock.monotonic()
            await self._spool.again(Lane.TELEMETRY)
            self._owed = False

    async def _reconnected(self) -> None:
        """A connection that was replaced in silence: what it carried may be lost."""
        was, self._connections = self._connections, self._end.connections
        self._owed = self._owed or 0 < was != self._connections
        await self._again()

    async def _wait(self) -> None:
        """Until something waits in the lane; what is owed is offered also where nothing new comes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SPARE if self._owed else None):
                await self._spool.wait(Lane.TELEMETRY)
        await self._again()

    async def _deliver(self) -> None:
        """Whatever is in the lane, in order. Until the end took something, refusals are not believed."""
        await self._wait()
        records = await self._spool.oldest(Lane.TELEMETRY, AT_ONCE, BYTES_AT_ONCE)
        if len(records) < 2 or self._alone or not await self._together(records):
            await self._one_by_one(records)

    async def _together(self, records: list[Record]) -> bool:
        """The first of a backlog in one request; False where they have to go one by one."""
        self._pace.begin()
        fresh = itertools.takewhile(lambda record: not self._last_copy(record), records)
        batch = await joined(fresh, self._latest)
        if len(batch.records) < 2:
            return False
        self._alone = len(batch.records)
        try:
            await self._end.write(batch.body)
        except (Rejected, TooLarge):
            return False
        self._alone = 0
        self._taken(batch.lines)
        self.sent += batch.samples
        keep = {record.seq: self._kept(record.seq) for record in batch.records}
        for seconds in set(keep.values()):
            await self._spool.delivered(Lane.TELEMETRY, [seq for seq, s in keep.items() if s == seconds], seconds)
        await self._reconnected()
        await self._pace.rest()
        return True

    async def _one_by_one(self, records: list[Record]) -> None:
        doubtful: list[tuple[Record, Refusals]] = []
        for record in records:
            self._alone = max(self._alone - 1, 0)
            if self._last_copy(record):
                await self._spool.delivered(Lane.TELEMETRY, [record.seq])
                continue
            self._pace.begin()
            try:
                refused = await self._one(record)
            except Away as error:
                if not self._patience.over(record.seq, error):
                    raise
                refused = await self._stubborn(record, records, error)
            await self._reconnected()
            if refused is not None and self._proven:
                await self._bury(record, refused)
            elif refused is not None:
                doubtful.append((record, refused))
            if len(records) > 1:
                await self._pace.rest()
        if doubtful and not self._proven:
            raise Away(f"the historian refuses everything: {doubtful[0][1][0][1]}")
        for record, refused in doubtful:
            await self._bury(record, refused)

    def _last_copy(self, record: Record) -> bool:
        return self._copies.get(record.seq, 0) >= COPIES

    async def _one(self, record: Record) -> Refusals | None:
        """Send a record; None where all of it is delivered."""
        if self._spool.sifted(record):
            return await self._one_sifted(record)
        try:
            body = unpacked(record.body)
        except (OSError, zlib.error, EOFError, ValueError) as error:
            await self._spool.bury(record, f"can't be unpacked: {error}")
            return None
        good, refused = sift(body, self._latest(record))
        try:
            if good:
                await self._end.write(packed(good) if refused else record.body)
                self._taken(good)
        except (Rejected, TooLarge) as error:
            await self._doubt(error)
            refused += await self._halve(good, error)
        return await self._done(record, good, refused)

    async def _one_sifted(self, record: Record) -> Refusals | None:
        """As it is: its samples passed the edge's gate a moment ago."""
        try:
            await self._end.write(record.body)
        except (Rejected, TooLarge) as error:
            await self._doubt(error)
            lines = split_lines(unpacked(record.body))
            return await self._done(record, lines, await self._halve(lines, error))
        self._taken(record.body)
        return await self._done(record, [], [])

    def _latest(self, record: Record) -> int:
        """What a sample's time is held against: a clock set back later makes what was right then no worse."""
        return max(record.at, self._clock.now())

    async def _done(self, record: Record, good: list[bytes], refused: Refusals) -> Refusals | None:
        self.sent += record.samples - sum(len(single_fields(line)) for line, _ in refused)
        if not refused:
            await self._spool.delivered(Lane.TELEMETRY, [record.seq], self._kept(record.seq))
            return None
        if len(refused) and not good:
            await self._bury(record, refused)
            return None
        return refused

    def _kept(self, seq: int) -> float:
        """Seconds to keep a record that was delivered; its last copy is not kept."""
        copies = self._copies[seq] = self._copies.pop(seq, 0) + 1
        if len(self._copies) > REMEMBERED:
            del self._copies[next(iter(self._copies))]
        return self._keep if copies < COPIES else 0.0

    def _taken(self, lines: list[bytes] | bytes) -> None:
        """The end took these: believe its refusals, and keep a line to ask it with whether it still takes any."""
        self._proven = True
        self._witness = lines if isinstance(lines, bytes) else lines[:1]

    async def _stubborn(self, record: Record, others: list[Record], error: Away) -> Refusals | None:
        """The end fails on this record again and again: if it takes others, find what in it makes it fail."""
        for other in others:
            if self._witness is None and other is not record:
                with contextlib.suppress(Away):
                    await self._one(other)
        if not await self._takes_others():
            raise error
        good, refused = sift(unpacked(record.body), self._latest(record))
        return await self._done(record, good, refused + await self._halve(good, error))

    async def _doubt(self, error: Rejected | TooLarge) -> None:
        """An end that now refuses also what it took before has changed: its refusals are not believed any more."""
        if self._proven and isinstance(error, Rejected):
            self._proven = await self._takes_others()

    async def _takes_others(self) -> bool:
        """Ask with a line that it took before: same series and time, so a second copy changes nothing."""
        if isinstance(self._witness, bytes):
            self._witness = split_lines(unpacked(self._witness))[:1]
        if self._witness is None:
            return False
        try:
            await self._end.write(packed(self._witness))
        except (Away, Rejected, TooLarge):
            return False
        return True

    async def _halve(self, lines: list[bytes], error: Rejected | TooLarge | Away) -> Refusals:
        """Lines that were refused together: halve them until the refused ones stand alone, then their fields.

        After an Away a part that fails counts as refused only while the end takes the witness right after it.
        """
        refused: Refusals = []
        waiting: list[tuple[list[bytes], str]] = [(lines, str(error))]
        while waiting:
            part, why = waiting.pop()
            if len(part) == 1:
                part = single_fields(part[0])
            if len(part) == 1:
                refused.append((part[0], why))
                if len(refused) >= TRUST and not self._proven:
                    raise Away(f"the historian refuses everything: {why}")
                continue
            middle = len(part) // 2
            for half in (part[middle:], part[:middle]):
                try:
                    await self._end.write(packed(half))
                    self._taken(half)
                except (Rejected, TooLarge) as again:
                    waiting.append((half, str(again)))
                except Away as again:
                    if not isinstance(error, Away) or not await self._takes_others():
                        raise
                    waiting.append((half, str(again)))
        return refused

    async def _bury(self, record: Record, refused: Refusals) -> None:
        reasons = list(dict.fromkeys(why for _, why in refused))
        why = "; ".join(reasons[:3]) + (f"; and {len(reasons) - 3} more reasons" if len(reasons) > 3 else "")
        count = sum(len(single_fields(line)) for line, _ in refused)
        lines = [line for line, _ in refused]
        text = b"\n".join(lines) + b"\n"
        await self._spool.bury(record, why, text if len(text) < LONG else packed(lines), samples=count)
