"""CRC-32 of whatever lies in the spool's file: SQLite itself would not notice a flipped bit."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence

from edge.spool.record import Record

WIDTH = 4


def of_record(record: Record) -> int:
    """Of everything in a record's row."""
    r = record
    key = f"{r.seq} {r.at} {r.start} {r.end} {r.samples} {r.inventory} {r.why}"
    return zlib.crc32(r.body, zlib.crc32(key.encode("utf-8", "surrogateescape")))


def of_totals(lane: str, totals: Sequence[object]) -> int:
    """Of a lane's high, records, bytes and dropped: a seq that went back would be taken for a duplicate."""
    return zlib.crc32(" ".join([lane, *map(str, totals)]).encode("utf-8", "surrogateescape"))


def sealed(key: str, value: bytes) -> bytes:
    """A state as it is kept: its checksum in front."""
    return _of_state(key, value) + value


def unsealed(key: str, kept: bytes) -> bytes | None:
    """The state; None where its checksum does not hold."""
    value = kept[WIDTH:]
    return value if kept[:WIDTH] == _of_state(key, value) else None


def revision_of(inventory: bytes) -> str:
    """The revision under which this body is known."""
    return hashlib.sha256(inventory).hexdigest()[:16]


def _of_state(key: str, value: bytes) -> bytes:
    return zlib.crc32(value, zlib.crc32(key.encode("utf-8", "surrogateescape"))).to_bytes(WIDTH, "big")
