"""How answers of one shape become values: prepared once for all polls that look the same, done for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from drivers.base import Answer
from drivers.modbus.address import Address
from drivers.modbus.groups import Group, Placed, group, grouped, way
from facility.batch import F8, I8, U1, U4, Batch
from facility.quality import Quality, Reason

PAD: Final = 8
"""Zero bytes after an answer: where points that have no block are looked up."""
_ZEROS: Final = bytes(PAD)

_Cell = TypeVar("_Cell", bound=np.generic)
Signature: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a poll: where it lies, its limits, and whether it is a sample."""

    position: int
    """Among the points of the poll."""
    place: Placed
    low: float
    high: float
    sampled: bool


class Form:
    """The numbers of a poll, in rows of its own order; samples first. `size`: bytes of an answer without padding."""

    def __init__(self, numbers: Sequence[Number], size: int) -> None:
        self.size = size
        self._numbers = numbers
        ways = [f"{n.sampled} {way(n.place.address)}" for n in numbers]
        self.order: list[int] = []
        """Of each row: which number."""
        self._groups: list[Group] = []
        for _, members in grouped(ways):
            mine = sorted(members, key=lambda i: (numbers[i].place.byte, numbers[i].place.bit))
            self._groups.append(group(len(self.order), [numbers[i].place for i in mine], size + PAD))
            self.order += mine
        positions = np.array([numbers[i].position for i in self.order], np.intp)
        self.turn = None if (np.diff(positions) > 0).all() else np.argsort(positions)
        """From the form's rows to the order of the poll's points; None where they are the same."""
        self.samples = sum(n.sampled for n in numbers)
        rows = [numbers[i] for i in self.order]
        self._scaling = _Scaling([n.place.address for n in rows])
        self._valid = _Valid(np.array([n.low for n in rows]), np.array([n.high for n in rows]))
        self._silently = _silent_numpy()
        self._polls: list[int] = []
        self._kept: list[U4] = []
        """Whose identities `_polls` are."""
        self._point = np.empty(0, np.uint32)
        self._fine = np.zeros(0, np.uint8)

    def values(self, answers: Sequence[bytes | bytearray]) -> tuple[F8, U1 | None]:
        """One line for each answer (of `size` bytes), a column for each row; the reasons, None where all is well."""
        raw = _ZEROS.join([*answers, b""])
        values = np.empty((len(answers), len(self.order)))
        flawed: bool = self._silently.run(self._fill, values, raw)
        return values, self._reasons(values) if flawed else None

    def decode(self, answers: Sequence[Answer]) -> Batch:
        """Answers of polls that have samples only and miss none: in the order of their points."""
        values, reason = self.values([a.data for a in answers])
        if self.turn is not None:
            values, reason = values.take(self.turn, 1), None if reason is None else reason.take(self.turn, 1)
        polls = [id(a.points) for a in answers]
        if polls != self._polls:
            self._polls, self._kept = polls, [a.points for a in answers]
            self._point = shared(np.concatenate(self._kept))
            self._fine = shared(np.zeros(len(self._point), np.uint8))
        quality = reason = self._fine if reason is None else reason.ravel()
        if reason is not self._fine:
            quality = flagged(reason)
        times = self._times(answers)
        return Batch(self._point, values.ravel(), quality, reason, times, max(a.at for a in answers))

    def _times(self, answers: Sequence[Answer]) -> I8:
        first = answers[0].at
        if all(a.at == first for a in answers):
            return np.full(len(answers) * self.samples, first, np.int64)
        return np.repeat(np.array([a.at for a in answers], np.int64), self.samples)

    def _fill(self, values: F8, raw: bytes) -> bool:
        """Put the values in; whether any of them may be flawed."""
        for each in self._groups:
            each.decode(values, raw)
        if self._scaling.any:
            self._scaling.apply(values)
        return not np.isfinite(values).all() or (self._valid.limited and self._valid.broken(values))

    def _reasons(self, values: F8) -> U1 | None:
        reason: U1 = self._valid.outside(values)
        reason[np.isnan(values)] = Reason.NOT_AVAILABLE
        reason[np.isinf(values)] = Reason.UNDECODABLE
        if not reason.any():
            return None
        values[reason != 0] = np.nan
        return reason


def flagged(reason: U1) -> U1:
    """The qualities that go with reasons."""
    return np.where(reason == 0, np.uint8(Quality.GOOD), np.uint8(Quality.BAD))


_FORMS: Final[WeakValueDictionary[Signature, Form]] = WeakValueDictionary()


def form_of(numbers: Sequence[Number], size: int) -> Form:
    """The form of a poll; polls of one model share it. An address is known by its identity: the form keeps it."""
    signature: Signature = (
        size,
        *((id(n.place.address), n.place.order, n.place.byte, n.place.bit, n.low, n.high, n.sampled) for n in numbers),
    )
    found = _FORMS.get(signature)
    if found is None:
        found = _FORMS[signature] = Form(numbers, size)
    return found


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
    """The limits of the points."""

    def __init__(self, low: F8, high: F8) -> None:
        self.limited = bool(np.isfinite(low).any() or np.isfinite(high).any())
        self._low = low
        self._high = high

    def broken(self, values: F8) -> bool:
        """Whether any value is beyond its limits."""
        return bool(((values < self._low) | (values > self._high)).any())

    def outside(self, values: F8) -> U1:
        """OUT_OF_RANGE where a value is beyond its limits, else 0."""
        beyond = (values < self._low) | (values > self._high)
        return beyond.astype(np.uint8) * np.uint8(Reason.OUT_OF_RANGE)


def _silent_numpy() -> Context:
    """What numpy says of NaN and overflow is looked for in the values; entering a context is ten times as cheap as
    `np.errstate`.
    """
    context = copy_context()
    context.run(np.seterr, all="ignore")
    return context


def _unless(neutral: float, given: Sequence[float]) -> F8 | None:
    return None if all(g == neutral for g in given) else np.array(given)


def shared(array: NDArray[_Cell]) -> NDArray[_Cell]:
    """For several batches: nobody may write into it."""
    array.flags.writeable = False
    return array
