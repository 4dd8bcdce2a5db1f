"""The inbox: instructions are done in order, once, never after they expire, and each is answered by an event."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from edge.spool import Spool
from facility.clock import Clock, iso
from facility.errors import GatehouseError, SpoolError
from facility.event import Draft, InstructionResult
from facility.instruction import Instruction
from facility.inventory import Inventory

log = logging.getLogger(__name__)

AFTER: Final = "inbox.after"
DOING: Final = "inbox.doing"
LONGEST: Final = 60.0
"""Seconds that a handler may take."""
MOST: Final = 1000
"""Instructions that may wait; more are fetched again later."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an instruction, and why."""

    outcome: Literal["done", "refused", "failed", "expired"]
    why: str = ""


class Inbox:
    """One gateway's instructions. The seq of the last one done is kept in the same transaction as its answer."""

    def __init__(
        self, spool: Spool, inventory: Inventory, clock: Clock, handler: Callable[[Instruction], Awaitable[Outcome]]
    ) -> None:
        self._spool = spool
        self._inventory = inventory
        self._clock = clock
        self._handler = handler
        self._waiting: dict[int, Instruction] = {}
        """By seq: what came twice waits once."""
        self._woken = asyncio.Event()
        self._after: int | None = None
        self._begun = 0

    async def after(self) -> int:
        """The seq of the last instruction that is answered; 0 before the first."""
        if self._after is None:
            state = await self._spool.state()
            self._begun = int(state.get(DOING, b"0"))
            self._after = int(state.get(AFTER, b"0"))
        return self._after

    def renew(self, inventory: Inventory) -> None:
        """Answers name this inventory from now on."""
        self._inventory = inventory

    def put(self, instruction: Instruction) -> None:
        """Take what came down; what is known already is forgotten when its turn comes."""
        if len(self._waiting) < MOST:
            self._waiting.setdefault(instruction.seq, instruction)
            self._woken.set()

    async def run(self) -> None:
        """Until cancelled; SpoolError where the disk failed."""
        after = await self.after()
        while True:
            while not self._waiting:
                self._woken.clear()
                await self._woken.wait()
            seq = min(self._waiting)
            instruction = self._waiting.pop(seq)
            if seq > after:
                await self._answer(instruction, await self._outcome(instruction))
                after = self._after = seq

    async def _outcome(self, instruction: Instruction) -> Outcome:
        mine = (self._inventory.site, self._inventory.gateway)
        if (instruction.site, instruction.gateway) != mine:
            return Outcome("refused", f"it is for {instruction.site}/{instruction.gateway}; this is {'/'.join(mine)}")
        if instruction.seq == self._begun:
            return Outcome(
                "failed", "the gateway stopped while it did this: look whether it is done, then send it again"
            )
        if instruction.expires <= self._clock.now():
            return Outcome("expired", f"it was to be done before {iso(instruction.expires)}")
        await self._spool.accept([], self._inventory.revision, {DOING: b"%d" % instruction.seq})
        return await self._done(instruction)

    async def _done(self, instruction: Instruction) -> Outcome:
        try:
            async with asyncio.timeout(LONGEST):
                return await self._handler(instruction)
        except SpoolError:
            raise
        except TimeoutError:
            return Outcome("failed", f"it took longer than {LONGEST:.0f} s")
        except GatehouseError as error:
            return Outcome("failed", str(error))
        except Exception as error:  # the named boundary: one bad instruction stops no other
            log.exception("instruction %d (%s) failed", instruction.seq, instruction.kind)
            return Outcome("failed", f"unforeseen: {error!r}")

    async def _answer(self, instruction: Instruction, outcome: Outcome) -> None:
        equipment, _, instance = instruction.target.partition(".")
        result = InstructionResult(instruction=instruction.id, outcome=outcome.outcome, why=outcome.why)
        draft = Draft(data=result, at=self._clock.now(), equipment=equipment, instance=instance)
        await self._spool.accept([draft], self._inventory.revision, {AFTER: b"%d" % instruction.seq})
        log.info("instruction %d (%s): %s %s", instruction.seq, instruction.kind, outcome.outcome, outcome.why)
