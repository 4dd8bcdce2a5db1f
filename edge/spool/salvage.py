"""Saves what can be read of a damaged spool file into the new one, and counts what can't."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from edge.spool.file import SpoolFile
from edge.spool.lanes import read
from edge.spool.ledger import Ledger
from edge.spool.record import Record
from facility.event import Lane

PROBES: Final = 1_000_000
"""At most so many seqs are tried one by one."""


@dataclass(slots=True)
class Count:
    """Rows saved, and rows lost as far as the old totals can be read."""

    saved: int = 0
    lost: int = 0


def salvage(file: SpoolFile, ledger: Ledger) -> None:
    """Copy every sound row of the file that was set aside, in one transaction; report it as an event."""
    if file.damaged is None:
        return
    file.db.execute("BEGIN IMMEDIATE")
    count = Count()
    with contextlib.closing(sqlite3.connect(file.damaged, isolation_level=None)) as old:
        old.execute("PRAGMA writable_schema = ON")  # a damaged entry of the schema hides no other table
        was = _spool_id(old)
        for lane in Lane:
            _lane(old, lane, ledger, was, count)
        _states(old, ledger)
    ledger.report(
        "damaged spool file",
        f"set aside as {Path(file.damaged).name}; {count.saved} records saved, {count.lost} known to be lost",
    )
    ledger.save()
    file.db.execute("COMMIT")


def _spool_id(old: sqlite3.Connection) -> UUID | None:
    try:
        return UUID(old.execute("SELECT value FROM meta WHERE key = 'spool'").fetchone()[0])
    except (sqlite3.Error, ValueError, TypeError):
        return None


def _lane(old: sqlite3.Connection, lane: Lane, ledger: Ledger, was: UUID | None, count: Count) -> None:
    """Forward to the first damaged page, backward to the last, then seq by seq between the two."""
    saved: set[int] = set()

    def adopt(where: str, seq: int) -> int:
        last = seq
        for record in _sound(old, lane, where, seq):
            if record.seq in saved:
                break
            ledger.adopt(record, was)
            saved.add(record.seq)
            last = record.seq
        return last

    first_gap = adopt("seq > ? ORDER BY seq", 0)
    last_gap = adopt("seq > ? ORDER BY seq DESC", first_gap)
    for seq in range(first_gap + 1, min(last_gap, first_gap + PROBES)):
        adopt("seq = ?", seq)
    count.saved += len(saved)
    count.lost += max(_expected(old, lane) - len(saved), 0)


def _sound(old: sqlite3.Connection, lane: Lane, where: str, seq: int) -> Iterator[Record]:
    with contextlib.suppress(sqlite3.Error, TypeError, ValueError):
        for record, sound in read(old, lane, where, seq):
            if sound:
                yield record


def _expected(old: sqlite3.Connection, lane: Lane) -> int:
    try:
        return int(old.execute("SELECT records FROM lane WHERE name = ?", (lane,)).fetchone()[0])
    except (sqlite3.Error, ValueError, TypeError):
        return 0


def _states(old: sqlite3.Connection, ledger: Ledger) -> None:
    """What was kept beside the events: the done instructions, the detection's memory, inventories."""
    with contextlib.suppress(sqlite3.Error, TypeError):
        for key, value in old.execute("SELECT key, value FROM state").fetchall():
            ledger.put_state(str(key), bytes(value))
    with contextlib.suppress(sqlite3.Error, TypeError):
        for revision, body in old.execute("SELECT revision, body FROM inventory").fetchall():
            ledger.keep_inventory(str(revision), bytes(body))
