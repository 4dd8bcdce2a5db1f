"""Ids of the cloud's own rows: UUIDv7 as text, so that id order is about time order."""

from __future__ import annotations

import secrets
from uuid import UUID


def new_id(at: int) -> str:
    """A UUIDv7 (RFC 9562 §5.7) of the time `at` (UTC ns), 74 bits of it random."""
    high = ((at // 1_000_000) & ((1 << 48) - 1)) << 16 | 0x7000 | secrets.randbits(12)
    return str(UUID(int=high << 64 | 0b10 << 62 | secrets.randbits(62)))
