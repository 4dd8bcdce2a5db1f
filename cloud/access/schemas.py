"""Access on the wire."""

from __future__ import annotations

from typing import Literal

from cloud.wire import Moment
from facility.words import Frozen, Text


class Access(Frozen):
    """One line of the feed. A card shows its last four digits; its hash and number are never told."""

    id: str
    site: str
    gateway: str
    equipment: str
    name: Text
    place: str | None
    kind: Literal["granted", "denied", "passage"]
    at: Moment
    recorded_at: Moment
    reason: str | None
    """Of a refusal: BACnet's word, `credential_expired`."""
    credential: str | None
    """card, remote, duress …"""
    card: str | None
    """`•••• 1234`."""
    direction: Literal["in", "out"] | None
    passes: Literal["person", "vehicle", "unknown"] | None
    """Of a passage: who or what went through."""
    plate: str | None
    """Masked."""
