"""From the bytes of a plan's answers to a Batch: everything that can be is prepared once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from drivers.base import Answer, Bound
from drivers.modbus.address import Address, Order
from drivers.modbus.form import Number, flagged, form_of, shared
from drivers.modbus.groups import Placed
from drivers.modbus.plan import Block, address_of
from drivers.modbus.text import Text
from facility.batch import F8, U1, Batch, Note


class Decoder:
    """Decodes the answers of a fixed set of blocks: their data bytes, one after the other.

    The rows of a batch are in an order of the decoder's own.
    """

    def __init__(self, points: Sequence[Bound], blocks: Sequence[Block], order: Order) -> None:
        self.size = sum(b.asked.size for b in blocks)
        at = [address_of(p) for p in points]
        byte = {i: b.byte_of(at[i]) for b in blocks for w in b.wants for i in w.points}
        bit = {i: b.bit_of(at[i]) for b in blocks for w in b.wants for i in w.points}
        self._texts = _texts(points, byte, order)
        numbers = [
            _number(i, points[i], Placed(at[i], at[i].order or order, byte.get(i, self.size), bit.get(i, 0)))
            for i in sorted(range(len(points)), key=lambda i: not points[i].means.kind.sampled)
            if not at[i].type.textual
        ]
        self._form = form_of(numbers, self.size)
        ordered = [numbers[i].position for i in self._form.order]
        self._row = {i: row for row, i in enumerate(ordered)}
        self._point = shared(np.array([points[i].index for i in ordered], np.uint32))
        self._ascending = self._point if self._form.turn is None else shared(self._point[self._form.turn])
        self._fine = shared(np.zeros(len(ordered), np.uint8))
        self.together = bool(ordered) and not self._texts and self._form.samples == len(ordered)
        """Samples only: its answers may be decoded together with those of others."""

    def answer(self, data: bytes, now: int) -> Answer:
        """An answer to all blocks, to be decoded together with others. `now`: wall ns."""
        return Answer(self._form, self._ascending, data, now)

    def decode(self, buffer: bytes | bytearray, now: int, failed: Mapping[int, int]) -> Batch:
        """All points of the plan. `failed`: position of a point → why it has no answer."""
        values, reasons = self._form.values([buffer[: self.size].ljust(self.size, b"\0")])
        row, reason = values[0], self._fine if reasons is None else reasons[0]
        for position, why in failed.items():
            if position in self._row:
                reason = reason.copy() if reason is self._fine else reason
                reason[self._row[position]] = why
                row[self._row[position]] = math.nan
        quality = self._fine if reason is self._fine else flagged(reason)
        return self._batch(buffer, row, quality, reason, now, failed)

    def _batch(
        self, buffer: bytes | bytearray, values: F8, quality: U1, reason: U1, now: int, failed: Mapping[int, int]
    ) -> Batch:
        n = self._form.samples
        times = np.full(n, now, np.int64)
        if not self._texts and n == len(values):
            return Batch(self._point, values, quality, reason, times, now)
        notes = [
            Note(t.point, now, "" if t.position in failed else t.decode(buffer), failed.get(t.position, 0))
            for t in self._texts
        ]
        for row in range(n, len(values)):
            said = "" if reason[row] else f"{values[row]:.15g}"
            notes.append(Note(int(self._point[row]), now, said, int(reason[row])))
        return Batch(self._point[:n], values[:n], quality[:n], reason[:n], times, now, notes=tuple(notes))


def _number(position: int, point: Bound, place: Placed) -> Number:
    valid = point.means.valid
    low = -math.inf if valid is None or valid.low is None else valid.low
    high = math.inf if valid is None or valid.high is None else valid.high
    return Number(position, place, low, high, point.means.kind.sampled)


def _texts(points: Sequence[Bound], byte: Mapping[int, int], order: Order) -> tuple[Text, ...]:
    found: list[Text] = []
    for i, point in enumerate(points):
        at: Address = address_of(point)
        if at.type.textual:
            found.append(Text(point.index, i, byte.get(i, 0), 2 * at.count, at.order or order, at.names))
    return tuple(found)
