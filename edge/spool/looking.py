"""A look at a spool from outside: read-only, beside a running agent or after it, never holding it up."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from edge.spool.lanes import read
from edge.spool.record import Record
from facility.errors import GatehouseError
from facility.event import Lane

AT_ONCE: Final = 100
"""Rows of one read: a short one, so that the log can be folded back meanwhile."""


class NoSpool(GatehouseError):
    """There is none, or it can't be read."""


@dataclass(frozen=True, slots=True)
class LaneOnDisk:
    """What lies in a lane's table; of a running agent also what is delivered and kept for a minute."""

    lane: Lane
    records: int
    bytes: int
    oldest: int | None
    newest: int | None
    high: int
    dropped: int


class Look:
    """`with Look(path) as look:`"""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        if not self._path.exists():
            raise NoSpool(f"there is no spool at {self._path}: has the agent ever run with this data folder?")
        with self._told():
            uri = f"file:{quote(str(self._path.resolve()))}?mode=ro"
            self._db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)
            self._db.execute("SELECT count(*) FROM lane").fetchone()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._db is not None:
            self._db.close()

    def lanes(self) -> list[LaneOnDisk]:
        """Every lane."""
        with self._told():
            return [self._lane(lane) for lane in Lane]

    def gateway(self) -> tuple[str, str] | None:
        """Site and gateway of the inventory that was in force last; None where none was kept."""
        with self._told():
            row = self._open.execute(
                "SELECT body FROM inventory JOIN meta ON meta.value = revision WHERE meta.key = 'inventory'"
            ).fetchone()
        try:
            inventory = json.loads(row[0]) if row is not None else {}
            return str(inventory["site"]), str(inventory["gateway"])
        except (ValueError, KeyError, TypeError):
            return None

    def records(self, lane: Lane, limit: int | None = None) -> Iterator[tuple[Record, bool]]:
        """The rows in order, and whether the checksum of each holds; a hundred at a time in memory."""
        after = 0
        left = limit
        while left is None or left > 0:
            count = AT_ONCE if left is None else min(AT_ONCE, left)
            with self._told():
                rows = list(read(self._open, lane, f"seq > ? ORDER BY seq LIMIT {count}", after))
            yield from rows
            if len(rows) < count:
                return
            after = rows[-1][0].seq
            left = None if left is None else left - count

    @property
    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            raise RuntimeError("use `with`")
        return self._db

    def _lane(self, lane: Lane) -> LaneOnDisk:
        records, size, oldest, newest = self._open.execute(
            f"SELECT count(*), coalesce(sum(length(body)), 0), min(at), max(at) FROM {lane}"  # noqa: S608
        ).fetchone()
        high, dropped = self._open.execute("SELECT high, dropped FROM lane WHERE name = ?", (lane,)).fetchone()
        return LaneOnDisk(lane, records, size, oldest, newest, high, dropped)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, TypeError) as error:
            raise NoSpool(
                f"the spool {self._path} can't be read ({error}); the next start of the agent saves what is sound"
            ) from error
