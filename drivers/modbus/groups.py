"""Points read in the same way, as index arrays into a plan's buffer and one vector operation each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from drivers.modbus.address import Address, Order, Type
from facility.batch import F8

Words: TypeAlias = NDArray[Any]
Rows: TypeAlias = NDArray[np.intp]
Meaning: TypeAlias = Callable[[Words], Words]

_FORMAT: Final = {
    Type.BOOL: "<u2",
    Type.BIT: "<u2",
    Type.UINT8H: "<u1",
    Type.UINT8L: "<u1",
    Type.INT16: "<i2",
    Type.UINT16: "<u2",
    Type.INT32: "<i4",
    Type.UINT32: "<u4",
    Type.INT64: "<i8",
    Type.UINT64: "<u8",
    Type.FLOAT16: "<f2",
    Type.FLOAT32: "<f4",
    Type.FLOAT64: "<f8",
    Type.BCD16: "<u2",
    Type.BCD32: "<u4",
    Type.MOD10_32: "<i2",
    Type.MOD10_48: "<i2",
    Type.MOD10_64: "<i2",
}
FLAG: Final = "flag"
"""A coil or discrete input: one bit of a packed byte."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One number to decode: its address, the order of its bytes and where its first byte lies in the buffer."""

    address: Address
    order: Order
    byte: int
    bit: int
    """Of a coil or discrete input: which bit of that byte."""


def way(address: Address) -> str:
    """The group that an address belongs to: points of one way are decoded together."""
    if address.table.of_bits:
        return FLAG
    if address.match is not None:
        return f"match{len(address.match)}"
    return "field" if address.mask is not None else str(address.type)


def wire_order(order: Order, width: int) -> list[int]:
    """Positions on the wire of a value's bytes, the least significant first."""
    at = list(range(width))
    if width > 1 and order in (Order.BADC, Order.DCBA):
        at = [i ^ 1 for i in at]
    if width > 1 and order in (Order.CDAB, Order.DCBA):
        at = [at[i + j] for i in range(width - 2, -1, -2) for j in (0, 1)]
    return at[::-1]


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring rows of a form that are decoded by one operation, of many answers at once."""

    rows: slice
    words: Callable[[bytes, int], Words]
    """The raw words of so many answers, a line for each: of the bytes as they came, or gathered from them."""
    meaning: Meaning | None
    """From words to values; None: the words are the values."""
    sentinel_rows: Rows
    """Positions in the group; a point may have several sentinels."""
    sentinels: Words
    map_rows: Rows
    map_from: F8
    map_to: F8
    mapped: Rows
    straight: bool
    """No maps and no sentinels."""

    def decode(self, values: F8, raw: bytes) -> None:
        """Fill this group's rows, a line for each answer: NaN says "not available", infinity "undecodable"."""
        words = self.words(raw, len(values))
        mine = values[:, self.rows]
        mine[...] = words if self.meaning is None else self.meaning(words)
        if self.straight:
            return
        if len(self.mapped):
            self._map(mine)
        if len(self.sentinels):
            bits = words if words.dtype.kind == "f" else words.view(words.dtype.str.replace("i", "u"))
            at, which = np.nonzero(bits[:, self.sentinel_rows] == self.sentinels)
            mine[at, self.sentinel_rows[which]] = np.nan

    def _map(self, mine: F8) -> None:
        at, which = np.nonzero(mine[:, self.map_rows] == self.map_from)
        mine[:, self.mapped] = np.inf
        mine[at, self.map_rows[which]] = self.map_to[which]


def group(start: int, placed: Sequence[Placed], stride: int) -> Group:
    """The group of points of one way, whose rows begin at `start`; `stride`: bytes from one answer to the next."""
    addresses = [p.address for p in placed]
    format_ = "<u1" if addresses[0].table.of_bits else _FORMAT[addresses[0].type]
    width = 2 * addresses[0].count if addresses[0].type.of_ten_thousands else int(format_[-1])
    sentinels = [(i, s) for i, a in enumerate(addresses) for s in a.not_available]
    maps = [(i, raw, to) for i, a in enumerate(addresses) for raw, to in (a.map or {}).items()]
    index = np.array([[p.byte + at for at in _bytes(p, width)] for p in placed], np.intp)
    return Group(
        slice(start, start + len(placed)),
        _seen(index, format_, stride) or partial(_gathered, index, format_, stride),
        _meaning(placed),
        np.array([i for i, _ in sentinels], np.intp),
        _sentinels([s for _, s in sentinels], format_),
        np.array([i for i, _, _ in maps], np.intp),
        np.array([raw for _, raw, _ in maps], np.float64),
        np.array([to for _, _, to in maps], np.float64),
        np.array([i for i, a in enumerate(addresses) if a.map], np.intp),
        not sentinels and not maps,
    )


def _seen(index: Rows, format_: str, stride: int) -> Callable[[bytes, int], Words] | None:
    """`index`: (n, width) positions in an answer, the least significant byte first. None where they are not as regular
    as big- or little-endian words at even distances: then no view of the bytes shows them.
    """
    width = index.shape[1]
    step = int(index[1, 0] - index[0, 0]) if len(index) > 1 else width
    if width == int(format_[-1]) and step > 0 and (np.diff(index[:, 0]) == step).all():
        for order, turn in ((">", -1), ("<", 1)):
            if (np.diff(index, axis=1) == turn).all():
                dtype = np.dtype(order + format_[1:])
                return partial(_viewed, dtype, len(index), int(index[0].min()), (stride, step))
    return None


def _viewed(dtype: np.dtype[Any], count: int, first: int, strides: tuple[int, int], raw: bytes, answers: int) -> Words:
    return np.ndarray((answers, count), dtype, raw, first, strides)


def _gathered(index: Rows, format_: str, stride: int, raw: bytes, answers: int) -> Words:
    words: Words = np.frombuffer(raw, np.uint8).reshape(answers, stride).take(index, 1).view(format_)
    return words[..., 0] if words.shape[-1] == 1 else words


def _bytes(placed: Placed, width: int) -> list[int]:
    if placed.address.type is Type.UINT8L:
        return [1]
    return wire_order(placed.order, width)


def _sentinels(given: Sequence[float], format_: str) -> Words:
    """As the words that they are compared with: integers by their bits, floats as numbers."""
    width = int(format_[-1])
    if "f" in format_:
        return np.array(given, np.float64).astype(format_)
    return np.array([int(s) & ((1 << 8 * width) - 1) for s in given], f"<u{width}")


def _meaning(placed: Sequence[Placed]) -> Meaning | None:
    addresses = [p.address for p in placed]
    first = addresses[0]
    if first.table.of_bits:
        return _shifted(np.ones(len(placed), np.uint8), np.array([p.bit for p in placed], np.uint8))
    masks = np.array([0xFFFF if a.mask is None else a.mask for a in addresses], np.uint16)
    if first.match is not None:
        return _matched(masks, np.array([a.match for a in addresses], np.uint16))
    if first.mask is not None:
        lowest = np.array([((a.mask or 1) & -(a.mask or 1)).bit_length() - 1 for a in addresses], np.uint16)
        return _shifted(masks >> lowest, lowest)
    if first.type is Type.BIT:
        return _shifted(np.ones(len(placed), np.uint16), np.array([a.bit for a in addresses], np.uint16))
    return _MEANING.get(first.type)


def _shifted(masks: Words, shifts: Words) -> Meaning:
    return lambda words: (words >> shifts) & masks


def _matched(masks: Words, matches: Words) -> Meaning:
    return lambda words: ((words & masks)[..., None] == matches).any(axis=-1)


def _bcd(words: Words) -> Words:
    shifts = np.arange(0, 8 * words.dtype.itemsize, 4, dtype=words.dtype)
    digits = (words[..., None] >> shifts) & 0xF
    values: F8 = (digits * np.power(10.0, np.arange(len(shifts)))).sum(axis=-1)
    values[(digits > 9).any(axis=-1)] = np.inf
    return values


def _ten_thousands(words: Words) -> Words:
    """Registers of −9999 … 9999, the least significant first."""
    values: F8 = (words * np.power(10_000.0, np.arange(words.shape[-1]))).sum(axis=-1)
    values[((words > 9999) | (words < -9999)).any(axis=-1)] = np.inf
    return values


def _not_zero(words: Words) -> Words:
    found: Words = words != 0
    return found


_MEANING: Final = {
    Type.BOOL: _not_zero,
    Type.BCD16: _bcd,
    Type.BCD32: _bcd,
    Type.MOD10_32: _ten_thousands,
    Type.MOD10_48: _ten_thousands,
    Type.MOD10_64: _ten_thousands,
}


def grouped(ways: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Each way with the positions that go it, in their order."""
    found: dict[str, list[int]] = {}
    for i, name in enumerate(ways):
        found.setdefault(name, []).append(i)
    yield from found.items()
