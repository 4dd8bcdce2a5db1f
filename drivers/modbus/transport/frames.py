"""Serial frames: how a request is wrapped, and how the answer that was asked for is found among what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from drivers.modbus import pdu
from drivers.modbus.transport.crc import crc16, lrc


class Frames(Protocol):
    """One framing."""

    def wrapped(self, unit: int, request: bytes) -> bytes:
        """The frame of a PDU."""

    def taken(self, received: bytearray, unit: int, request: bytes) -> bytes | None:
        """The answer's PDU if it is complete, removing from `received` all that can be no part of it."""


def answer_sizes(request: bytes) -> Sequence[int]:
    """Bytes that the PDU of a right answer has, and that of an exception."""
    function = request[0]
    cells = int.from_bytes(request[3:5], "big")
    if function in (1, 2):
        return 2 + -(-cells // 8), 2
    if function in (3, 4):
        return 2 + 2 * cells, 2
    return 5, 2


class Rtu:
    """Unit, PDU, CRC-16. The question tells where an answer ends, not a pause that a network may stretch."""

    def wrapped(self, unit: int, request: bytes) -> bytes:
        """The frame of a PDU."""
        frame = bytes((unit,)) + request
        return frame + crc16(frame)

    def taken(self, received: bytearray, unit: int, request: bytes) -> bytes | None:
        """Look everywhere for a frame of this unit with a right size and a right CRC; noise before it is dropped."""
        right, exception = answer_sizes(request)
        heads = {bytes((unit, request[0])): right, bytes((unit, request[0] | pdu.ERROR)): exception}
        at = 0
        while len(received) - at >= 2:
            size = heads.get(bytes(received[at : at + 2]))
            if size is not None:
                end = at + 1 + size + 2
                if end > len(received):
                    if not _foreign(received, at, request, size):
                        break
                elif crc16(received[at : end - 2]) == received[end - 2 : end]:
                    found = bytes(received[at + 1 : end - 2])
                    if _fits(found, request):
                        del received[:end]
                        return found
            at += 1
        del received[:at]
        return None


def _foreign(received: bytearray, at: int, request: bytes, size: int) -> bool:
    """Whether an unfinished frame states another size than the one that was asked for."""
    return request[0] <= 4 and len(received) > at + 2 and size > 2 and received[at + 2] != size - 2


def _fits(found: bytes, request: bytes) -> bool:
    if found[0] & pdu.ERROR:
        return True
    if request[0] <= 4:
        return found[1] == len(found) - 2
    return found == request[:5]


class Ascii:
    """Colon, unit and PDU and LRC as hex digits, carriage return, line feed."""

    def wrapped(self, unit: int, request: bytes) -> bytes:
        """The frame of a PDU."""
        frame = bytes((unit,)) + request
        return b":" + (frame + bytes((lrc(frame),))).hex().upper().encode() + b"\r\n"

    def taken(self, received: bytearray, unit: int, request: bytes) -> bytes | None:
        """Whole lines only; one that is broken, of another unit or of another size is dropped."""
        right, exception = answer_sizes(request)
        while (end := received.find(b"\n")) >= 0:
            line = bytes(received[:end]).strip()
            del received[: end + 1]
            body = _unhexed(line[line.rfind(b":") :])
            if body is None or body[0] != unit or body[1] & 0x7F != request[0]:
                continue
            found = body[1:]
            if len(found) == (exception if found[0] & pdu.ERROR else right) and _fits(found, request):
                return found
        return None


def _unhexed(line: bytes) -> bytes | None:
    """Unit and PDU of a line, None where it is no frame."""
    try:
        body = bytes.fromhex(line[1:].decode("ascii")) if line[:1] == b":" else b""
    except (UnicodeDecodeError, ValueError):
        return None
    return body[:-1] if len(body) >= 4 and lrc(body[:-1]) == body[-1] else None
