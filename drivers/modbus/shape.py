"""Where the points of a poll lie in its answers, whichever unit they are of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from drivers.base import Bound
from drivers.modbus.address import Order
from drivers.modbus.form import Number, form_of
from drivers.modbus.groups import Placed
from drivers.modbus.plan import Block, address_of
from drivers.modbus.text import Place


class Shape:
    """The numbers as a form, the texts by their places; points are known by their positions in the poll."""

    def __init__(self, points: Sequence[Bound], blocks: Sequence[Block], order: Order) -> None:
        self.size = sum(b.asked.size for b in blocks)
        at = [address_of(p) for p in points]
        byte = {i: b.byte_of(at[i]) for b in blocks for w in b.wants for i in w.points}
        bit = {i: b.bit_of(at[i]) for b in blocks for w in b.wants for i in w.points}
        numbers = [
            _number(i, points[i], Placed(at[i], at[i].order or order, byte.get(i, self.size), bit.get(i, 0)))
            for i in sorted(range(len(points)), key=lambda i: not points[i].means.kind.sampled)
            if not at[i].type.textual
        ]
        self.texts = tuple(
            Place(i, byte.get(i, 0), 2 * a.count, a.order or order, a.names) for i, a in enumerate(at) if a.type.textual
        )
        self.form = form_of(numbers, self.size)
        self.positions = [numbers[i].position for i in self.form.order]
        """Of each row of the form: which point."""
        self.row = {position: row for row, position in enumerate(self.positions)}
        self.together = bool(numbers) and not self.texts and self.form.samples == len(numbers)
        """Samples only: answers may be decoded together with those of others."""


def _number(position: int, point: Bound, place: Placed) -> Number:
    valid = point.means.valid
    low = -math.inf if valid is None or valid.low is None else valid.low
    high = math.inf if valid is None or valid.high is None else valid.high
    return Number(position, place, low, high, point.means.kind.sampled)
