"""Identities: UUIDv7 for events, dotted ids for points."""

from __future__ import annotations

import secrets
from uuid import UUID

from facility.clock import Clock


class UuidSource:
    """Makes UUIDv7 (RFC 9562 §5.7) that never run backwards within one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> UUID:
        """48 bits of milliseconds, 12 bits counting within one, 62 random bits."""
        ticks = max((self._clock.now() // 1_000_000) << 12, self._last + 1)
        self._last = ticks
        high = ((ticks >> 12) & ((1 << 48) - 1)) << 16 | 0x7000 | (ticks & 0xFFF)
        low = 0b10 << 62 | secrets.randbits(62)
        return UUID(int=high << 64 | low)


def point_id(equipment: str, instance: str, point: str) -> str:
    """`pump-1.flow`, or `fire-panel.l1d003.fire` where the equipment has many of a kind."""
    return f"{equipment}.{instance}.{point}" if instance else f"{equipment}.{point}"


def split_point_id(text: str) -> tuple[str, str, str]:
    """(equipment, instance, point) of a point id; ValueError for anything else."""
    parts = text.split(".")
    if len(parts) == 2:
        return parts[0], "", parts[1]
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    raise ValueError(f"{text!r} is no point id; write equipment.point or equipment.instance.point")
