"""What a run learns about one unit: registers and gaps that it refuses, answers that are too long for it."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from drivers.modbus import pdu
from drivers.modbus.address import Table
from drivers.modbus.plan import Limits, Span, Want, block_of
from drivers.modbus.quirks import Quirks
from facility.clock import NS

log = logging.getLogger(__name__)

AskUnit: TypeAlias = Callable[[pdu.Ask], Awaitable[bytes]]
REFUSALS: Final = (pdu.ILLEGAL_ADDRESS, pdu.ILLEGAL_VALUE)
AGAIN: Final = 600 * NS
"""After this time a refused register is asked again: the device may have been starting up."""
REST: Final = 60 * NS
"""A unit that refused everything is not searched again for so long."""


class Learned:
    """Kept per unit for the life of the line; `revision` changes whenever blocks must be planned anew."""

    def __init__(self, unit: int, quirks: Quirks) -> None:
        self.revision = 0
        self._unit = unit
        self._quirks = quirks
        self._refused: dict[Span, int] = {}
        self._gaps: set[Span] = set()
        self._most: dict[Table, int] = {}
        self._told: set[str] = set()
        self._again = 0
        self._rest_until = 0

    def limits(self) -> Limits:
        """The model's limits and the learned ones."""
        return Limits(self._quirks, (*self._refused, *self._gaps), dict(self._most))

    def refused(self, span: Span) -> int | None:
        """The exception that the unit answers to this span, None where it answers."""
        return self._refused.get(span)

    def due(self, now: int) -> bool:
        """Whether refused registers are to be asked again. `now`: monotonic ns."""
        return bool(self._refused) and now >= self._again

    def forget(self, now: int) -> None:
        """Ask refused registers again when their time has come. `now`: monotonic ns."""
        if self.due(now):
            self._refused.clear()
            self.revision += 1

    def searching(self, now: int) -> bool:
        """Whether a refused block is worth a search now."""
        return now >= self._rest_until

    async def search(self, wanted: Sequence[Want], code: int, ask: AskUnit, now: int) -> bool:
        """Halve a refused block until every cause is found; whether something was learned."""
        before = self.revision
        bad = await self._halve(wanted, ask)
        if len(bad) == len(wanted):
            self._rest_until = now + REST
            return False
        for want in bad:
            self._refused[want.span] = code
            self._again = now + AGAIN
            self._learn(f"forbidden: [{want.span}]")
        return self.revision != before

    async def _halve(self, wanted: Sequence[Want], ask: AskUnit) -> list[Want]:
        left, right = _parts(wanted)
        bad = [*await self._part(left, ask), *await self._part(right, ask)]
        if not bad:
            await self._between(left, right, ask)
        return bad

    async def _part(self, wanted: Sequence[Want], ask: AskUnit) -> list[Want]:
        if await _answered(block_of(self._unit, wanted).asked, ask):
            return []
        return list(wanted) if len(wanted) == 1 else await self._halve(wanted, ask)

    async def _between(self, left: Sequence[Want], right: Sequence[Want], ask: AskUnit) -> None:
        """Both halves are answered, the whole is not: the gap between them is at fault, else the length."""
        table = left[0].span.table
        last = max(w.span.last for w in left)
        if right[0].span.first > last + 1:
            gap = Span(table, last + 1, right[0].span.first - 1)
            self._gaps.add(gap)
            self._learn(f"forbidden: [{gap}]")
            return
        sizes = [block_of(self._unit, part).asked.count for part in (left, right)]
        whole = block_of(self._unit, [*left, *right]).asked
        if self._most.get(table, whole.count) < whole.count:
            return
        self._most[table] = await self._longest(whole, min(max(sizes), whole.count - 1), ask)
        self._learn(f"{'max_bits' if table.of_bits else 'max_registers'}: {self._most[table]}")

    async def _longest(self, refused: pdu.Ask, answered: int, ask: AskUnit) -> int:
        """The most cells that are still answered: more than `answered`, fewer than were refused."""
        low, high = answered, refused.count
        while high - low > 1:
            middle = (low + high) // 2
            if await _answered(pdu.ask(self._unit, refused.table, refused.first, middle), ask):
                low = middle
            else:
                high = middle
        return low

    def _learn(self, line: str) -> None:
        self.revision += 1
        if line not in self._told:
            self._told.add(line)
            log.warning("unit %s refuses blocks; put this under quirks in its model file: %s", self._unit, line)


async def _answered(asked: pdu.Ask, ask: AskUnit) -> bool:
    """Whether the unit answers this request, not refusing its address or length."""
    try:
        await ask(asked)
    except pdu.Exceptional as error:
        if error.code not in REFUSALS:
            raise
        return False
    return True


def _parts(wanted: Sequence[Want]) -> tuple[Sequence[Want], Sequence[Want]]:
    """Split at the widest gap, where a refusal most likely comes from; without gaps in the middle."""
    gaps = [b.span.first - a.span.last - 1 for a, b in itertools.pairwise(wanted)]
    at = gaps.index(max(gaps)) + 1 if max(gaps) > 0 else len(wanted) // 2
    return wanted[:at], wanted[at:]
