"""Requests and answers without their frame: function code and data (Modbus application protocol V1.1b3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from drivers.modbus.address import Table
from facility.errors import UnitSilent

READ: Final = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
WRITE_COIL: Final = 5
WRITE_REGISTER: Final = 6
WRITE_COILS: Final = 15
WRITE_REGISTERS: Final = 16
ERROR: Final = 0x80

ILLEGAL_ADDRESS: Final = 2
ILLEGAL_VALUE: Final = 3
BUSY: Final = 6
GATEWAY: Final = (10, 11)
"""The gateway says that the unit behind it is away."""

MEANING: Final = {
    1: "does not know this function",
    2: "has no such address",
    3: "takes no such value or length",
    4: "failed while doing it",
    5: "accepted it and needs more time",
    6: "is busy",
    8: "found a memory parity error",
    10: "is behind a gateway without a path to it",
    11: "is behind a gateway and does not answer it",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One read request, made once: the cells asked for, its PDU and what a right answer looks like."""

    unit: int
    table: Table
    first: int
    count: int
    pdu: bytes
    size: int
    """Bytes of data in the answer."""
    head: bytes
    """Function and byte count: how a right answer begins."""

    def __str__(self) -> str:
        last = self.first + self.count - 1
        return f"{self.table} {self.first}" + (f"–{last}" if self.count > 1 else "")


def ask(unit: int, table: Table, first: int, count: int) -> Ask:
    """The request that reads `count` cells."""
    function = READ[table]
    size = -(-count // 8) if table.of_bits else 2 * count
    return Ask(
        unit, table, first, count, struct.pack(">BHH", function, first, count), size, bytes((function, size & 0xFF))
    )


class Exceptional(Exception):
    """The unit answered with an exception code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"exception {code}: the device {MEANING.get(code, 'says no, by a code of its own')}")


class Garbled(Exception):
    """The answer does not fit the question."""


def data(asked: Ask, answer: bytes) -> bytes:
    """The data bytes of the answer to a read; Exceptional or Garbled."""
    if answer[:2] == asked.head and len(answer) == asked.size + 2:
        return answer[2:]
    raise refusal(asked.pdu[0], answer)


def through(unit: int, answer: bytes) -> bytes:
    """The answer, unless a gateway says that the unit behind it is away: UnitSilent."""
    if len(answer) == 2 and answer[0] & ERROR and answer[1] in GATEWAY:
        raise UnitSilent(f"unit {unit} {MEANING[answer[1]]} (exception {answer[1]})")
    return answer


def refusal(function: int, answer: bytes) -> Exceptional | Garbled:
    """What is wrong with an answer that is not the right one."""
    if len(answer) == 2 and answer[0] == function | ERROR and answer[1]:
        return Exceptional(answer[1])
    return Garbled(f"function {function} was answered by {answer[:16].hex(' ') or 'nothing'} ({len(answer)} bytes)")


def write_pdu(table: Table, first: int, registers: bytes, *, single: bool) -> bytes:
    """The request that writes a coil (registers: one byte, 0 or 1) or registers (big-endian)."""
    if table is Table.COIL:
        if single:
            return struct.pack(">BHH", WRITE_COIL, first, 0xFF00 if registers[0] else 0)
        return struct.pack(">BHHBB", WRITE_COILS, first, 1, 1, registers[0])
    if single and len(registers) == 2:
        return struct.pack(">BH", WRITE_REGISTER, first) + registers
    return struct.pack(">BHHB", WRITE_REGISTERS, first, len(registers) // 2, len(registers)) + registers


def check_written(sent: bytes, answer: bytes) -> None:
    """A write's answer repeats its first five bytes; Exceptional or Garbled otherwise."""
    if answer != sent[:5]:
        raise refusal(sent[0], answer)
