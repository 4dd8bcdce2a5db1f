"""One poll of one unit: its blocks are asked in turn, and what fails costs only its own points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from drivers.base import Answer, Bound
from drivers.modbus import plan
from drivers.modbus.decode import Decoder
from drivers.modbus.form import PAD
from drivers.modbus.layout import layout_of
from drivers.modbus.learned import REFUSALS, AskUnit, Learned
from drivers.modbus.pdu import Ask, Exceptional, Garbled, ask
from drivers.modbus.plan import Block
from facility.batch import Batch
from facility.clock import Clock
from facility.errors import UnitSilent
from facility.quality import Reason, reason_of_exception

SEARCHES = 8
"""The most rounds of search in one poll; the next poll goes on."""


class Poll:
    """The body of a Plan: what the points need, and how it is asked for as things stand now."""

    def __init__(self, unit: int, points: Sequence[Bound], learned: Learned) -> None:
        self.unit = unit
        self._points = points
        self._layout = layout_of(points)
        self._wants = self._layout.wants
        self._learned = learned
        self._order = plan.quirks_of(points).order
        self._first = 0
        """The block that the next poll begins with: not always one that the unit never answers."""
        self._arrange()

    def _arrange(self) -> None:
        self._revision = self._learned.revision
        answered = [w for w in self._wants if self._learned.refused(w.span) is None]
        self.blocks: list[Block] = self._layout.blocks(self.unit, answered, self._learned.limits())
        self.asked: list[Ask] = [b.asked for b in self.blocks]
        shape = self._layout.shape(self._points, self.blocks, self._order)
        self._decoder = Decoder(self._points, self.blocks, self._order, shape)
        self._refused = {
            i: reason_of_exception(code)
            for w in self._wants
            if (code := self._learned.refused(w.span)) is not None
            for i in w.points
        }

    @property
    def smallest(self) -> Ask:
        """The least that can be asked: one cell that some point needs."""
        span = (self.blocks[self._first % len(self.blocks)].wants[0] if self.blocks else self._wants[0]).span
        return ask(self.unit, span.table, span.first, 1)

    def plain(self, clock: Clock) -> bool:
        """Whether nothing is to be thought of but to ask every block."""
        if self._first or self._revision != self._learned.revision or not self.asked:
            return False
        return not self._refused or not self._learned.due(clock.monotonic())

    def plain_batch(self, data: bytes, now: int) -> Batch | Answer:
        """What the answers of all blocks say, one after the other. `now`: wall ns."""
        if self._decoder.together and not self._refused:
            return self._decoder.answer(data, now)
        return self._decoder.decode(data, now, self._refused)

    def rotate(self) -> None:
        """Begin with the next block next time."""
        self._first = (self._first + 1) % max(1, len(self.blocks))

    async def read(self, ask_unit: AskUnit, now: int) -> tuple[bytearray, dict[int, int]]:
        """The data of all blocks, and position of a point → reason where it has none. `now`: monotonic ns."""
        self._learned.forget(now)
        for _ in range(SEARCHES):
            if self._revision != self._learned.revision:
                self._arrange()
            round_ = _Round(self.blocks, self._first, self._decoder.size, self._refused)
            refused = await round_.run(ask_unit, self.rotate)
            if len(round_.failed) == len(self._refused):
                self._first = 0
            if refused is None or not self._learned.searching(now):
                break
            block, code = refused
            if len(block.wants) == 1 or not await self._learned.search(block.wants, code, ask_unit, now):
                break
        return round_.buffer, round_.failed

    def raw(self, buffer: bytearray, failed: Mapping[int, int]) -> list[str]:
        """Each point's registers in hex, a coil as 0 or 1; empty where there was no answer."""
        found = [""] * len(self._points)
        for block in self.blocks:
            for i in (i for w in block.wants for i in w.points if i not in failed):
                address = plan.address_of(self._points[i])
                at = block.byte_of(address)
                if address.table.of_bits:
                    found[i] = str(buffer[at] >> block.bit_of(address) & 1)
                else:
                    found[i] = buffer[at : at + 2 * address.count].hex(" ", 2)
        return found

    def batch(self, buffer: bytearray, failed: dict[int, int], now: int) -> Batch:
        """What the answers mean. `now`: wall ns."""
        return self._decoder.decode(buffer, now, failed)


class _Round:
    """Every block asked once."""

    def __init__(self, blocks: Sequence[Block], first: int, size: int, refused: dict[int, int]) -> None:
        self.buffer = bytearray(size + PAD)
        self.failed = dict(refused)
        self._blocks = [*blocks[first:], *blocks[:first]] if first else blocks
        self._silent = 0

    async def run(self, ask_unit: AskUnit, rotate: Callable[[], None]) -> tuple[Block, int] | None:
        """The first block of several points that was refused for its address or length, with the code."""
        found: tuple[Block, int] | None = None
        heard = False
        for block in self._blocks:
            if self._silent > 1:
                self._fail(block, Reason.TIMEOUT)
                continue
            try:
                data = await ask_unit(block.asked)
                self.buffer[block.offset : block.offset + block.asked.size] = data
                heard = True
            except UnitSilent:
                if not heard:
                    rotate()
                    raise
                self._silent += 1
                self._fail(block, Reason.TIMEOUT)
            except Garbled:
                heard = True
                self._fail(block, Reason.UNDECODABLE)
            except Exceptional as error:
                heard = True
                self._fail(block, reason_of_exception(error.code))
                if error.code in REFUSALS and len(block.wants) > 1 and found is None:
                    found = block, error.code
        return found

    def _fail(self, block: Block, reason: int) -> None:
        self.failed.update((i, reason) for w in block.wants for i in w.points)
