"""One message as the broker handed it on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrived:
    """`received` is the edge's UTC ns."""

    topic: str
    payload: bytes
    retained: bool
    received: int
    mark: bytes = b""
    again: bool = False
    """As Note says."""
