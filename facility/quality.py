"""How far a value can be trusted, and why not."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Quality(IntEnum):
    """OPC UA's three severities (Part 8, StatusCode), as one byte."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2

    @property
    def word(self) -> str:
        """`good`, `uncertain` or `bad`: the word in the API."""
        return self.name.lower()


class Reason(IntEnum):
    """Why a value is not good. Written to the historian as `<point>_q`; 0 says all is well again."""

    NONE = 0
    TIMEOUT = 1
    NOT_CONNECTED = 2
    NOT_AVAILABLE = 3
    """The device itself says "no value": a sentinel such as 0xFFFF."""
    OUT_OF_RANGE = 4
    STALE = 5
    CLOCK = 6
    """The device's time was absurd and the edge's own stands in its place."""
    UNDECODABLE = 7
    DEVICE = 8
    """The device marks the value as bad itself (a bad OPC UA status)."""
    NOT_FOUND = 9
    """The device does not know this address."""
    UNKNOWN = 10
    """Never heard since the start."""
    REFUSED = 11
    RETAINED = 12
    """An MQTT broker's stored message: true once, its age unknown."""
    SUBSTITUTED = 13
    GATEWAY = 14
    """The gateway itself is away; what it last said is no longer known to hold."""

    EXCEPTION_1 = 65
    EXCEPTION_2 = 66
    EXCEPTION_3 = 67
    EXCEPTION_4 = 68
    EXCEPTION_5 = 69
    EXCEPTION_6 = 70
    EXCEPTION_8 = 72
    EXCEPTION_10 = 74
    EXCEPTION_11 = 75

    @property
    def word(self) -> str:
        """Lower-case word for people and the API, `exception_2` for Modbus exception 2."""
        return self.name.lower()


EXCEPTION: Final = 64
"""Reason of Modbus exception n is EXCEPTION + n."""


def reason_of_exception(code: int) -> int:
    """The reason byte of a Modbus exception code (1 … 127)."""
    return EXCEPTION + code if 0 < code < 128 else Reason.UNDECODABLE


def reason_word(reason: int) -> str:
    """The word of a reason byte, also of one that has no name of its own."""
    try:
        return Reason(reason).word
    except ValueError:
        return f"exception_{reason - EXCEPTION}" if reason > EXCEPTION else f"reason_{reason}"
