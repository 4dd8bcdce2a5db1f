"""A read at a checkpoint, as the verdicts see it, and what tells one read from another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from facility.event import PatrolRead


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody was at a checkpoint. Times are UTC ns."""

    id: str
    """16 hex digits; the same read uploaded twice has it twice."""
    checkpoint: int
    """Its index in the route of the round."""
    reader: str
    guard: str | None
    at: int
    """The moment by the edge's clock."""
    bound: int
    """How far `at` may be wrong, in ns; 0 of a reader that is on line."""
    received: int
    shifted: bool
    """The reader's clock was wrong by more than a minute."""


def identity(reader: str, read: PatrolRead, at: int) -> tuple[str, int]:
    """(id, the reader's own time of it): by reader, tag, guard and that time; `at` stands in where it told none."""
    own = at if read.reader_clock is None else read.reader_clock
    text = "\0".join((reader, read.tag, read.guard or "", str(own)))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16], own
