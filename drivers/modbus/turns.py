"""Whose turn it is on a line: a few at once, writes before reads, else first come first served."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeAlias

Enter: TypeAlias = Callable[[], bool]
"""It is your turn: whether you take it."""


class Turns:
    """Lets `width` callers in at once."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._urgent: deque[Enter] = deque()
        self._others: deque[Enter] = deque()

    @asynccontextmanager
    async def turn(self, *, urgent: bool = False) -> AsyncIterator[None]:
        """Hold a place while inside."""
        await self.take(urgent=urgent)
        try:
            yield
        finally:
            self.give()

    def try_take(self) -> bool:
        """Take a place if one is free, without waiting."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def take(self, *, urgent: bool = False) -> None:
        """Wait for a place; give it back with `give`."""
        if self.try_take():
            return
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._others).append(partial(_called, ticket))
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self.give()
            raise

    def enter(self, enter: Enter) -> None:
        """Take a place, now or when one is free; give it back with `give`. Needs no task that waits."""
        if self.try_take():
            if not enter():
                self.give()
        else:
            self._others.append(enter)

    def give(self) -> None:
        """Hand the place to the next in line."""
        if not self._urgent and not self._others:
            self._free += 1
            return
        for queue in (self._urgent, self._others):
            while queue:
                if queue.popleft()():
                    return
        self._free += 1


def _called(ticket: asyncio.Future[None]) -> bool:
    if ticket.done():
        return False
    ticket.set_result(None)
    return True
