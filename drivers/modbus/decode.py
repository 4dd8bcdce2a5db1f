"""From the bytes of a plan's answers to a Batch: everything that can be is prepared once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextvars import Context, copy_context
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from drivers.base import Bound
from drivers.modbus.address import Address, Order
from drivers.modbus.groups import Group, Placed, group, grouped, way
from drivers.modbus.plan import Block, address_of
from drivers.modbus.text import Text
from facility.batch import F8, U1, Batch, Note
from facility.quality import Quality, Reason

_Cell = TypeVar("_Cell", bound=np.generic)

PAD: Final = 8
"""Zero bytes after a plan's last answer: where points that have no block are looked up."""


class Decoder:
    """Decodes the answers of a fixed set of blocks.

    The buffer holds the data bytes of all blocks one after the other, then PAD zeros; the decoder has views into a
    copy of its own, made once. The rows of a batch are in the decoder's own order.
    """

    def __init__(self, points: Sequence[Bound], blocks: Sequence[Block], order: Order) -> None:
        self.size = sum(b.asked.size for b in blocks)
        at = [address_of(p) for p in points]
        kept = [p.means.kind.sampled for p in points]
        byte = {i: b.byte_of(at[i]) for b in blocks for w in b.wants for i in w.points}
        bit = {i: b.bit_of(at[i]) for b in blocks for w in b.wants for i in w.points}
        self._texts = _texts(points, byte, order)
        numbers = [i for i, address in enumerate(at) if not address.type.textual]
        sampled = sorted(numbers, key=lambda i: not kept[i])
        places = {i: Placed(at[i], at[i].order or order, byte.get(i, self.size), bit.get(i, 0)) for i in sampled}
        ways = [f"{kept[i]} {way(at[i])}" for i in sampled]
        ordered: list[int] = []
        self._groups: list[Group] = []
        self._copy = bytearray(self.size + PAD)
        raw = np.frombuffer(self._copy, np.uint8)
        for _, members in grouped(ways):
            mine = sorted((sampled[m] for m in members), key=lambda i: (places[i].byte, places[i].bit))
            self._groups.append(group(len(ordered), [places[i] for i in mine], raw))
            ordered += mine
        self._samples = sum(kept[i] for i in ordered)
        self._row = {i: row for row, i in enumerate(ordered)}
        self._ordered = ordered
        self._point = _fixed(np.array([points[i].index for i in ordered], np.uint32))
        self._scaling = _Scaling([places[i].address for i in ordered])
        self._valid = _Valid([points[i] for i in ordered])
        self._fine = _fixed(np.zeros(len(ordered), np.uint8))
        self._silently = _silent_numpy()

    def decode(self, buffer: bytes | bytearray, now: int, failed: Mapping[int, int]) -> Batch:
        """All points of the plan. `failed`: position of a point → why it has no answer."""
        self._copy[: len(buffer)] = buffer
        values = np.empty(len(self._ordered))
        flawed: bool = self._silently.run(self._fill, values)
        reason = self._reasons(values, failed) if flawed or failed else self._fine
        quality = self._fine if reason is self._fine else np.where(reason == 0, 0, Quality.BAD).astype(np.uint8)
        return self._batch(buffer, values, quality, reason, now, failed)

    def _fill(self, values: F8) -> bool:
        """Put the values in; whether any of them may be flawed."""
        for each in self._groups:
            each.decode(values)
        if self._scaling.any:
            self._scaling.apply(values)
        # One pass: any NaN or infinity shows in the sum of squares; a false alarm only takes the longer way.
        return not math.isfinite(values.dot(values)) or (self._valid.limited and self._valid.broken(values))

    def _reasons(self, values: F8, failed: Mapping[int, int]) -> U1:
        reason: U1 = self._valid.outside(values)
        reason[np.isnan(values)] = Reason.NOT_AVAILABLE
        reason[np.isinf(values)] = Reason.UNDECODABLE
        for position, why in failed.items():
            if position in self._row:
                reason[self._row[position]] = why
        if not reason.any():
            return self._fine
        values[reason != 0] = np.nan
        return reason

    def _batch(
        self, buffer: bytes | bytearray, values: F8, quality: U1, reason: U1, now: int, failed: Mapping[int, int]
    ) -> Batch:
        n = self._samples
        times = np.empty(n, np.int64)
        times.fill(now)
        if not self._texts and n == len(values):
            return Batch(self._point, values, quality, reason, times, now)
        notes = [
            Note(t.point, now, "" if t.position in failed else t.decode(buffer), failed.get(t.position, Reason.NONE))
            for t in self._texts
        ]
        for row in range(n, len(values)):
            said = "" if reason[row] else f"{values[row]:.15g}"
            notes.append(Note(int(self._point[row]), now, said, int(reason[row])))
        return Batch(self._point[:n], values[:n], quality[:n], reason[:n], times, now, notes=tuple(notes))


class _Scaling:
    """value * scale / divisor + offset, and only the steps that someone asked for."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        scales = [_as_divisor(a) for a in addresses]
        self._scale = _unless(1.0, [s for s, _ in scales])
        self._divisor = _unless(1.0, [d for _, d in scales])
        self._offset = _unless(0.0, [a.offset for a in addresses])
        self.any = not (self._scale is self._divisor is self._offset is None)

    def apply(self, values: F8) -> None:
        if self._scale is not None:
            values *= self._scale
        if self._divisor is not None:
            values /= self._divisor
        if self._offset is not None:
            values += self._offset


def _as_divisor(address: Address) -> tuple[float, float]:
    """Scale and divisor; a scale of 0.1, 0.01 … becomes a division, which rounds right (3 / 10, not 3 * 0.1)."""
    if 1e-12 < abs(address.scale) < 1 and address.divisor == 1:
        inverse = round(1 / address.scale)
        if 1 / inverse == address.scale:
            return 1.0, float(inverse)
    return address.scale, address.divisor


class _Valid:
    """The limits of `means.valid`."""

    def __init__(self, points: Sequence[Bound]) -> None:
        ranges = [p.means.valid for p in points]
        self.limited = any(r is not None for r in ranges)
        self._low = np.array([-np.inf if r is None or r.low is None else r.low for r in ranges])
        self._high = np.array([np.inf if r is None or r.high is None else r.high for r in ranges])

    def broken(self, values: F8) -> bool:
        """Whether any value is beyond its limits."""
        return bool(((values < self._low) | (values > self._high)).any())

    def outside(self, values: F8) -> U1:
        """OUT_OF_RANGE where a value is beyond its limits, else 0."""
        beyond = (values < self._low) | (values > self._high)
        return beyond.astype(np.uint8) * np.uint8(Reason.OUT_OF_RANGE)


def _texts(points: Sequence[Bound], byte: Mapping[int, int], order: Order) -> tuple[Text, ...]:
    return tuple(
        Text(p.index, i, byte.get(i, 0), 2 * at.count, at.order or order, at.names)
        for i, p in enumerate(points)
        if (at := address_of(p)).type.textual
    )


def _silent_numpy() -> Context:
    """What numpy says of NaN and overflow is looked for in the values; entering a context is ten times as cheap as
    `np.errstate`.
    """
    context = copy_context()
    context.run(np.seterr, all="ignore")
    return context


def _unless(neutral: float, given: Sequence[float]) -> F8 | None:
    return None if all(g == neutral for g in given) else np.array(given)


def _fixed(array: NDArray[_Cell]) -> NDArray[_Cell]:
    """Shared by every batch: so that nobody writes into it."""
    array.flags.writeable = False
    return array
