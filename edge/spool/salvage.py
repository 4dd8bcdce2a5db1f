"""Saves what can be read of a damaged spool file into the new one, record by record, and counts what can't."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from edge.spool.checksums import of_record, of_totals, revision_of, unsealed
from edge.spool.file import SpoolFile
from edge.spool.ledger import Ledger
from edge.spool.pages import LEAF, Pages, kind
from edge.spool.record import Record
from edge.spool.rows import Column, Row, named, rows, shape
from facility.event import Lane

RECORD: Final = shape("nnnnnbbnb")
PAIR: Final = shape("bb")
TOTAL: Final = shape("bnnnnn")
LIFE: Final = b'"lane":"life"'


@dataclass(slots=True)
class Saved:
    """Records by lane and seq; `broken`: rows that were there and do not hold."""

    seqs: dict[Lane, set[int]] = field(default_factory=lambda: {lane: set() for lane in Lane})
    broken: int = 0

    @property
    def count(self) -> int:
        """All lanes."""
        return sum(map(len, self.seqs.values()))


def salvage(file: SpoolFile, ledger: Ledger) -> None:
    """Copy every sound row of the file that was set aside, in one transaction; report it as an event.

    The tables of a spool stand on the same pages in every file of one format: the old schema is not asked.
    """
    if file.damaged is None:
        return
    roots = dict(file.db.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'").fetchall())
    size = file.db.execute("PRAGMA page_size").fetchone()[0]
    saved = Saved()
    file.db.execute("BEGIN IMMEDIATE")
    with Pages(file.damaged, size) as pages:
        totals = _totals(pages, roots["lane"])
        reached = {number for lane in Lane for number in pages.leaves(roots[lane])}
        for number in sorted(reached):
            _adopt(ledger, saved, _live(pages, number, saved))
        if _missing(totals, saved) != 0:
            known = reached | pages.free()
            loose = (pages.page(n) for n in range(1, pages.count + 1) if n not in known)
            for page in (*pages.older(), *loose):
                _adopt(ledger, saved, rows(pages, page, RECORD))
        states = _states(pages, roots["state"], ledger)
        _inventories(pages, roots["inventory"], ledger)
    lost = max(_missing(totals, saved) or 0, 0 if len(totals) == len(Lane) else saved.broken)
    ledger.report(
        "damaged spool file",
        f"set aside as {file.damaged.name}; {saved.count} records and {states} states saved, "
        f"{lost} records known to be lost",
    )
    ledger.save()
    file.db.execute("COMMIT")


def _missing(totals: dict[Lane, int], saved: Saved) -> int | None:
    """Records that the old totals name and nobody found yet; None where the totals do not hold."""
    if len(totals) < len(Lane):
        return None
    return sum(max(totals[lane] - len(seqs), 0) for lane, seqs in saved.seqs.items())


def _adopt(ledger: Ledger, saved: Saved, found: Iterable[Row]) -> None:
    for row in found:
        record = _record(row)
        if record is not None and record.seq not in saved.seqs[record.lane]:
            saved.seqs[record.lane].add(record.seq)
            ledger.adopt(record)


def _live(pages: Pages, number: int, saved: Saved) -> list[Row]:
    """What the page's own pointers name; where one of them names nothing sound, whatever is on the page."""
    page = pages.page(number)
    found = list(rows(pages, page, RECORD))
    places = named(page)
    live = [row for row in found if row.at in places and _record(row) is not None]
    if kind(page, number) == LEAF and len(live) == len(places):
        return live
    saved.broken += max(len(places) - len(live), 0) if kind(page, number) == LEAF else 0
    return found


def _record(row: Row) -> Record | None:
    """The record in a row, under the one of its possible seqs with which its checksum holds."""
    _, at, start, end, samples, inventory, why, expected, body = row.columns
    numbers = isinstance(at, int) and isinstance(start, int) and isinstance(end, int) and isinstance(samples, int)
    if not (numbers and isinstance(inventory, str) and isinstance(why, str) and isinstance(body, bytes)):
        return None
    lane = _lane(inventory, why, body)
    for seq in row.ids:
        record = Record(lane, seq, at, start, end, samples, inventory, why, body)  # type: ignore[arg-type]
        if seq > 0 and of_record(record) == expected:
            return record
    return None


def _lane(inventory: str, why: str, body: bytes) -> Lane:
    """A dead letter has its reason, telemetry names no inventory, an event says its lane."""
    if why:
        return Lane.DEAD
    if not inventory:
        return Lane.TELEMETRY
    return Lane.LIFE if LIFE in body else Lane.EVENT


def _totals(pages: Pages, root: int) -> dict[Lane, int]:
    """Records of each lane, where the totals hold."""
    found: dict[Lane, int] = {}
    for name, *numbers, expected in _columns(pages, root, TOTAL):
        if isinstance(name, str) and name in set(Lane) and of_totals(name, numbers) == expected:
            found[Lane(name)] = int(numbers[1] or 0)
    return found


def _columns(pages: Pages, root: int, form: re.Pattern[bytes]) -> Iterator[tuple[Column, ...]]:
    """Of a table whose rows are replaced: only what the pointers name, as older versions lie beside it."""
    for page in map(pages.page, pages.leaves(root)):
        places = set(named(page))
        yield from (row.columns for row in rows(pages, page, form) if row.at in places)


def _states(pages: Pages, root: int, ledger: Ledger) -> int:
    """The done instructions, the detection's memory: what holds its checksum."""
    count = 0
    for key, kept in _columns(pages, root, PAIR):
        value = unsealed(key, kept) if isinstance(key, str) and isinstance(kept, bytes) else None
        if value is not None:
            ledger.put_state(str(key), value)
            count += 1
    return count


def _inventories(pages: Pages, root: int, ledger: Ledger) -> None:
    for revision, body in _columns(pages, root, PAIR):
        if isinstance(revision, str) and isinstance(body, bytes) and revision == revision_of(body):
            ledger.keep_inventory(revision, body)
