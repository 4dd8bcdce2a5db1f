"""A backlog's first records as one request: an end far away takes only as many a second as its distance allows."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from edge.historian.packing import packed, unpacked
from edge.historian.sift import sift
from edge.spool import Record

SAMPLES: Final = 2000
"""In one request: a record holds what came in a fraction of a second."""


@dataclass(slots=True)
class Joined:
    """Whole records in order, and all of their lines."""

    records: list[Record] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    @property
    def samples(self) -> int:
        """Of all records."""
        return sum(record.samples for record in self.records)

    @property
    def body(self) -> bytes:
        """One gzip member."""
        return packed(self.lines)


async def joined(records: Iterable[Record], latest: Callable[[Record], int]) -> Joined:
    """Those that lead and are whole; what is damaged, or holds anything that the gate refuses, ends them.

    The loop gets its turn between two.
    """
    found = Joined()
    for record in records:
        if found.records and found.samples + record.samples > SAMPLES:
            break
        try:
            lines, refused = sift(unpacked(record.body), latest(record))
        except (OSError, zlib.error, EOFError, ValueError):
            break
        if refused:
            break
        found.records.append(record)
        found.lines += lines
        await asyncio.sleep(0)
    return found
