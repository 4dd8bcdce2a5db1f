"""The checks at the end of serial frames: CRC-16 of RTU, LRC of ASCII (Modbus serial line V1.02 §6.2)."""

from __future__ import annotations

from typing import Final


def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
        found.append(crc)
    return tuple(found)


_CRC: Final = _table()


def crc16(data: bytes | bytearray | memoryview) -> bytes:
    """The two bytes, low first, as they follow a frame."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    return crc.to_bytes(2, "little")


def lrc(data: bytes | bytearray) -> int:
    """Two's complement of the sum of all bytes."""
    return -sum(data) & 0xFF
