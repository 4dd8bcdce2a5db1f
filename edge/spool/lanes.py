"""The lanes as tables: rows appended, read in order, marked as delivered, and deleted with the next commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from edge.spool.checksums import of_record, of_totals
from edge.spool.record import LaneState, Record
from facility.event import Lane

NOTHING: Final = (0, 0, 0, 0)
COLUMNS: Final = "seq, at, start, end, samples, inventory, why, checksum, body"

TOTALS: Final = (
    "CREATE TABLE lane (name TEXT PRIMARY KEY, high INTEGER, records INTEGER, bytes INTEGER, dropped INTEGER,"
    " sum INTEGER)"
)

SCHEMA: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE inventory (revision TEXT PRIMARY KEY, body BLOB NOT NULL)",
    TOTALS,
    *(
        f"CREATE TABLE {lane} (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, start INTEGER NOT NULL,"
        " end INTEGER NOT NULL, samples INTEGER NOT NULL, inventory TEXT NOT NULL, why TEXT NOT NULL,"
        " checksum INTEGER NOT NULL, body BLOB NOT NULL)"
        for lane in Lane
    ),
    *(f"INSERT INTO lane VALUES ('{lane}', 0, 0, 0, 0, {of_totals(lane, NOTHING)})" for lane in Lane),  # noqa: S608
)


def read(db: sqlite3.Connection, lane: Lane, where: str, seq: int) -> Iterator[tuple[Record, bool]]:
    """The rows that `where` names (one `?`, the seq), and whether the checksum of each holds."""
    sql = f"SELECT {COLUMNS} FROM {lane} WHERE {where}"  # noqa: S608 - both from this package
    for row in db.execute(sql, (seq,)):
        number, at, start, end, samples, inventory, why, expected, body = row
        record = Record(
            lane,
            number,
            _number(at),
            _number(start),
            _number(end),
            max(_number(samples), 0),
            inventory if isinstance(inventory, str) else "",
            why if isinstance(why, str) else "",
            body if isinstance(body, bytes) else str(body).encode(),
        )
        typed = isinstance(inventory, str) and isinstance(why, str) and isinstance(body, bytes)
        yield record, typed and of_record(record) == expected


def _number(column: object) -> int:
    """Of a damaged row any column may be of any type; it shall be kept aside like the others."""
    return column if isinstance(column, int) else 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A delivered row: deleted with the first commit after `due` (monotonic ns)."""

    size: int
    due: int


class LaneTable:
    """One lane's table. All methods run on the spool's thread, inside a transaction where they write."""

    def __init__(self, db: sqlite3.Connection, lane: Lane) -> None:
        self._db = db
        self._lane = lane
        self._marks: dict[int, Mark] = {}
        self._marked_bytes = 0
        self._cursor = 0
        self._head: tuple[int, int] | None = None
        """Seq and time of the oldest row that is not delivered, while that is known."""
        row = db.execute("SELECT high, records, bytes, dropped FROM lane WHERE name = ?", (lane,)).fetchone()
        self._high: int = row[0]
        self._records: int = row[1]
        self._bytes: int = row[2]
        self._dropped: int = row[3]
        self._saved = (self._high, self._records, self._bytes, self._dropped)

    def recount(self) -> None:
        """Take the totals from the rows themselves."""
        row = self._db.execute(
            f"SELECT count(*), coalesce(sum(length(body)), 0), coalesce(max(seq), 0) FROM {self._lane}"  # noqa: S608
        ).fetchone()
        self._records, self._bytes, newest = row
        self._head = None
        self._high = max(self._high, newest)

    @property
    def size(self) -> int:
        """Bytes of bodies in the table, delivered ones included."""
        return self._bytes

    @property
    def marked(self) -> bool:
        """Whether rows wait for their deletion."""
        return bool(self._marks)

    def next_seq(self) -> int:
        """Take the next seq."""
        self._high += 1
        return self._high

    def insert(self, record: Record) -> None:
        """Append a row under its own seq."""
        values = (record.seq, record.at, record.start, record.end, record.samples, record.inventory, record.why)
        self._db.execute(
            f"INSERT INTO {self._lane} ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (*values, of_record(record), record.body),
        )
        self._high = max(self._high, record.seq)
        if self._records == len(self._marks) or (self._head is not None and record.seq < self._head[0]):
            self._head = (record.seq, record.at)
        self._records += 1
        self._bytes += len(record.body)

    def rows(self, after: int = 0) -> Iterator[tuple[Record, bool]]:
        """Every row beyond `after`, in order, and whether its checksum holds."""
        return read(self._db, self._lane, "seq > ? ORDER BY seq", after)

    def oldest(self, limit: int, max_bytes: int) -> tuple[list[Record], list[Record]]:
        """The oldest rows that are not delivered, at least one whatever its size; and the damaged ones met."""
        found: list[Record] = []
        damaged: list[Record] = []
        size, leading = 0, True
        for record, sound in self.rows(self._cursor):
            if record.seq in self._marks:
                self._cursor = record.seq if leading else self._cursor
                continue
            leading = False
            size += len(record.body)
            if found and size > max_bytes:
                break
            (found if sound else damaged).append(record)
            if len(found) + len(damaged) >= limit:
                break
        return found, damaged

    def mark(self, seqs: Sequence[int], due: int) -> None:
        """These are delivered; their rows go with a later commit."""
        for seq in seqs:
            row = self._db.execute(f"SELECT length(body) FROM {self._lane} WHERE seq = ?", (seq,)).fetchone()  # noqa: S608
            if row is not None and seq not in self._marks:
                self._marks[seq] = Mark(row[0], due)
                self._marked_bytes += row[0]
                self._gone(seq)

    def unmark(self) -> None:
        """What is marked and not deleted yet is offered again."""
        self._marks.clear()
        self._marked_bytes = 0
        self._cursor = 0
        self._head = None

    def tidy(self, now: int) -> None:
        """Delete the marked rows that are due."""
        due = [seq for seq, mark in self._marks.items() if mark.due <= now]
        self._db.executemany(f"DELETE FROM {self._lane} WHERE seq = ?", ((seq,) for seq in due))  # noqa: S608
        size = sum(self._marks.pop(seq).size for seq in due)
        self._marked_bytes -= size
        self._bytes -= size
        self._records -= len(due)

    def delete(self, record: Record) -> bool:
        """Delete one row; False where it is not there any more."""
        if self._db.execute(f"DELETE FROM {self._lane} WHERE seq = ?", (record.seq,)).rowcount == 0:  # noqa: S608
            return False
        self._gone(record.seq)
        mark = self._marks.pop(record.seq, None)
        self._marked_bytes -= mark.size if mark else 0
        self._records -= 1
        self._bytes -= len(record.body)
        return True

    def drop(self, size: int) -> list[Record]:
        """Delete the oldest rows until `size` bytes are free; the rows, without their bodies."""
        dropped: list[Record] = []
        for record, _ in self.rows():
            if size <= 0:
                break
            dropped.append(replace(record, body=b""))
            size -= len(record.body)
            self._bytes -= len(record.body)
        self._records -= len(dropped)
        self._dropped += len(dropped)
        self._head = None
        self._db.executemany(f"DELETE FROM {self._lane} WHERE seq = ?", ((r.seq,) for r in dropped))  # noqa: S608
        return dropped

    def rewrite(self, old: bytes, new: bytes) -> None:
        """Replace `old` by `new`, of equal length, in every body (the spool id in the events)."""
        seqs = [seq for (seq,) in self._db.execute(f"SELECT seq FROM {self._lane}")]  # noqa: S608
        for seq in seqs:
            record, _ = next(read(self._db, self._lane, "seq = ?", seq))
            again = replace(record, body=record.body.replace(old, new, 1))
            self._db.execute(
                f"UPDATE {self._lane} SET body = ?, checksum = ? WHERE seq = ?",  # noqa: S608
                (again.body, of_record(again), again.seq),
            )

    def save(self) -> None:
        """Write the lane's totals, where they changed, in the transaction that changed them."""
        totals = (self._high, self._records, self._bytes, self._dropped)
        if totals != self._saved:
            self._db.execute(
                "UPDATE lane SET high = ?, records = ?, bytes = ?, dropped = ?, sum = ? WHERE name = ?",
                (*totals, of_totals(self._lane, totals), self._lane),
            )
            self._saved = totals

    def state(self) -> LaneState:
        """How far the lane is behind; delivered rows don't count."""
        waiting = self._records - len(self._marks)
        size = self._bytes - self._marked_bytes
        return LaneState(waiting, size, self._oldest() if waiting else None, self._high, self._dropped)

    def _gone(self, seq: int) -> None:
        if self._head is not None and self._head[0] == seq:
            self._head = None

    def _oldest(self) -> int | None:
        if self._head is None:
            found = self._db.execute(
                f"SELECT seq, at FROM {self._lane} WHERE seq > ? ORDER BY seq",  # noqa: S608
                (self._cursor,),
            )
            self._head = next(((seq, _number(at)) for seq, at in found if seq not in self._marks), None)
        return None if self._head is None else self._head[1]
