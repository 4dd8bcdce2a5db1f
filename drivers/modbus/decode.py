"""From the bytes of a plan's answers to a Batch: everything that can be is prepared once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from drivers.base import Answer, Bound
from drivers.modbus.address import Order
from drivers.modbus.form import flagged, shared
from drivers.modbus.plan import Block
from drivers.modbus.shape import Shape
from facility.batch import F8, U1, Batch, Note


class Decoder:
    """Decodes the answers of a fixed set of blocks: their data bytes, one after the other.

    The rows of a batch are in an order of the decoder's own. `shape`: where it is known already.
    """

    def __init__(
        self, points: Sequence[Bound], blocks: Sequence[Block], order: Order, shape: Shape | None = None
    ) -> None:
        self._shape = shape or Shape(points, blocks, order)
        self._form = self._shape.form
        self.size = self._shape.size
        self.together = self._shape.together
        """Samples only: its answers may be decoded together with those of others."""
        self._point = shared(np.array([points[i].index for i in self._shape.positions], np.uint32))
        self._ascending = self._point if self._form.turn is None else shared(self._point[self._form.turn])
        self._texts = [points[place.position].index for place in self._shape.texts]

    def answer(self, data: bytes, now: int) -> Answer:
        """An answer to all blocks, to be decoded together with others. `now`: wall ns."""
        return Answer(self._form, self._ascending, data, now)

    def decode(self, buffer: bytes | bytearray, now: int, failed: Mapping[int, int]) -> Batch:
        """All points of the plan. `failed`: position of a point → why it has no answer."""
        values, reasons = self._form.values([buffer[: self.size].ljust(self.size, b"\0")])
        row, reason = values[0], np.zeros(len(self._point), np.uint8) if reasons is None else reasons[0]
        for position, why in failed.items():
            if position in self._shape.row:
                reason[self._shape.row[position]] = why
                row[self._shape.row[position]] = math.nan
        return self._batch(buffer, row, reason, now, failed)

    def _batch(self, buffer: bytes | bytearray, values: F8, reason: U1, now: int, failed: Mapping[int, int]) -> Batch:
        n, quality = self._form.samples, flagged(reason)
        times = np.full(n, now, np.int64)
        if not self._texts and n == len(values):
            return Batch(self._point, values, quality, reason, times, now)
        notes = [
            Note(point, now, "" if at.position in failed else at.decode(buffer), failed.get(at.position, 0))
            for point, at in zip(self._texts, self._shape.texts, strict=True)
        ]
        for row in range(n, len(values)):
            said = "" if reason[row] else f"{values[row]:.15g}"
            notes.append(Note(int(self._point[row]), now, said, int(reason[row])))
        return Batch(self._point[:n], values[:n], quality[:n], reason[:n], times, now, notes=tuple(notes))
