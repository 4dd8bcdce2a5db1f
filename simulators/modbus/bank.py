"""The four tables of one Modbus unit, filled from the plant's values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from facility.batch import F8
from facility.point import Kind
from simulators.face import Shown
from simulators.modbus.registers import WireAddress, encode, encode_text, parse

TABLES = ("coil", "discrete", "holding", "input")


@dataclass(slots=True)
class _Entry:
    row: int
    at: WireAddress
    order: str
    text: bool


@dataclass(slots=True)
class Bank:
    """`words[table]` are registers; of coil and discrete they hold sixteen bits each, bit 0 first."""

    unit: int
    words: dict[str, list[int]] = field(default_factory=dict)
    _entries: list[_Entry] = field(default_factory=list)
    _forbidden: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, shown: Shown) -> None:
        """Give an equipment's points their registers."""
        quirks = shown.equipment.quirks
        self._forbidden += [(str(t), int(a), int(b)) for t, a, b in quirks.get("forbidden", ())]
        for offset, point in enumerate(shown.equipment.points):
            if point.means.kind is Kind.EVENT:
                continue
            at = parse(point.address)
            order = at.order or str(quirks.get("order", "ABCD"))
            self._entries.append(_Entry(shown.first + offset, at, order, point.means.kind is Kind.TEXT))
            self._grow(at)

    def _grow(self, at: WireAddress) -> None:
        last = at.first + at.width - 1
        need = (last // 16 if at.table in ("coil", "discrete") else last) + 1
        words = self.words.setdefault(at.table, [])
        words.extend([0] * (need - len(words)))

    def forbids(self, table: str, first: int, count: int) -> bool:
        """Whether the device's own manual forbids a read there."""
        return any(t == table and first <= b and a < first + count for t, a, b in self._forbidden)

    def fill(self, values: F8, text: Callable[[int], str]) -> None:
        """Bring every register up to the plant's values."""
        masked: dict[tuple[str, int], int] = {}
        states: dict[tuple[str, int, int], list[tuple[WireAddress, bool]]] = {}
        for entry in self._entries:
            at = entry.at
            if entry.text:
                self._put(at, encode_text(text(entry.row), at.length))
            elif at.table in ("coil", "discrete"):
                self._bit(at.table, at.first, on=values[entry.row] == 1.0)
            elif at.mask is not None:
                states.setdefault((at.table, at.first, at.mask), []).append((at, values[entry.row] == 1.0))
            elif at.type in ("bit", "bool", "uint8h", "uint8l"):
                self._part(masked, at, float(values[entry.row]))
            else:
                self._put(at, encode(float(values[entry.row]), at, entry.order))
        for (table, register, mask), several in states.items():
            held = masked.setdefault((table, register), 0)
            if (code := _code_of(several)) is not None:
                masked[table, register] = held & ~mask | code
        for (table, register), word in masked.items():
            self.words[table][register] = word

    def _put(self, at: WireAddress, data: bytes) -> None:
        words = self.words[at.table]
        for i in range(0, len(data), 2):
            words[at.first + i // 2] = data[i] << 8 | data[i + 1]

    def _bit(self, table: str, address: int, *, on: bool) -> None:
        word, bit = divmod(address, 16)
        held = self.words[table][word]
        self.words[table][word] = held | 1 << bit if on else held & ~(1 << bit)

    @staticmethod
    def _part(masked: dict[tuple[str, int], int], at: WireAddress, value: float) -> None:
        key = (at.table, at.first)
        held = masked.setdefault(key, 0)
        whole = 0 if math.isnan(value) else round((value - at.offset) / at.scale * at.divisor)
        if at.map:
            whole = next((raw for raw, meaning in at.map.items() if meaning == value), 0)
        if at.type in ("bit", "bool"):
            masked[key] = held | (whole & 1) << (at.bit or 0)
        else:
            shift = 8 if at.type == "uint8h" else 0
            masked[key] = held & ~(0xFF << shift) | (whole & 0xFF) << shift


def _code_of(states: Sequence[tuple[WireAddress, bool]]) -> int | None:
    """The code that says these states and no other; where there is none, the first ones of the map win."""
    on = [at for at, shown in states if shown]
    off = [at for at, shown in states if not shown]
    while on:
        said = set(on[0].match).intersection(*(at.match for at in on)).difference(*(at.match for at in off))
        if said:
            return next(code for code in on[0].match if code in said)
        off.append(on.pop())
    return None


def banks(shown: Sequence[Shown]) -> dict[int, Bank]:
    """One bank a unit; several equipments may share one."""
    found: dict[int, Bank] = {}
    for one in shown:
        unit = int(one.equipment.unit)
        found.setdefault(unit, Bank(unit)).add(one)
    return found
