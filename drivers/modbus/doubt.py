"""Late answers on lines without transaction ids: a unit that timed out must first show that it is in step again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final, Protocol

from drivers.modbus.connection import Connection, Framing
from drivers.modbus.pdu import Ask, Exceptional, Garbled, ask, data
from drivers.modbus.transport.wire import Silent

SIZES: Final = 6
"""So many different answers may be on their way at once; a unit that owes more is taken as dead."""


class Exchange(Protocol):
    """Send a PDU to a unit and get its answer's PDU."""

    def __call__(self, unit: int, request: bytes, /) -> Awaitable[bytes]: ...


class _Debt:
    """What a unit still owes: the sizes of answers that may yet come."""

    __slots__ = ("since", "sizes")

    def __init__(self) -> None:
        self.sizes: set[int] = set()
        self.since = 0.0


class Doubts:
    """RTU and ASCII answers do not say which request they answer. After a time-out the unit is left alone for
    `pause_after_timeout`, then asked for an amount of data that none of the unanswered requests asked for: units
    answer in order, so the right size proves that nothing older is still to come.
    """

    def __init__(self, connection: Connection) -> None:
        self._rest = connection.drain
        self._check = connection.framing is not Framing.TCP
        self.debts: dict[int, _Debt] = {}
        """By unit."""

    def silent(self, asked: Ask) -> None:
        """The unit did not answer this one in time."""
        if self._rest or self._check:
            debt = self.debts.setdefault(asked.unit, _Debt())
            debt.sizes.add(asked.size)
            debt.since = asyncio.get_running_loop().time()

    async def settle(self, asked: Ask, exchange: Exchange) -> None:
        """Before a request: make sure that its answer can't be mistaken. Raises what the exchange raises."""
        debt = self.debts.get(asked.unit)
        if debt is None:
            return
        await asyncio.sleep(debt.since + self._rest - asyncio.get_running_loop().time())
        if self._check and not await self._in_step(asked, debt, exchange):
            await asyncio.sleep(self._rest)
        self.debts.pop(asked.unit, None)

    async def _in_step(self, asked: Ask, debt: _Debt, exchange: Exchange) -> bool:
        """Whether the unit proved it; after an exception, which carries no size, it only gets more time."""
        question = _other_size(asked, debt.sizes)
        try:
            data(question, await exchange(question.unit, question.pdu))
        except Silent:
            self.silent(question)
            if len(debt.sizes) > SIZES:
                debt.sizes = {question.size}
            raise
        except (Exceptional, Garbled):
            return False
        return True


def _other_size(asked: Ask, sizes: set[int]) -> Ask:
    """A read at the same place whose answer has a size that nobody waits for."""
    counts = range(1, 2001, 8) if asked.table.of_bits else range(1, 126)
    questions = (ask(asked.unit, asked.table, min(asked.first, 65_536 - n), n) for n in counts)
    return next(q for q in questions if q.size not in sizes)
