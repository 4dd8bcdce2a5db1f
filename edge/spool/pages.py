"""The pages of a spool file that SQLite can't be trusted with: its newest versions, free ones, and broken ones.

Format: sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from edge.spool.wal import Log, read_log

INTERIOR: Final = 5
LEAF: Final = 13
FREE_LIST: Final = 32
"""Where page 1 names the first trunk of free pages."""


class Pages:
    """`with Pages(file, page size) as pages:`; pages are counted from 1."""

    def __init__(self, path: Path, size: int) -> None:
        self.size = size
        self._path = path
        self._log: Log | None = None
        self._newest: dict[int, int] = {}
        self._map: mmap.mmap | bytes = b""

    def __enter__(self) -> Self:
        with self._path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._path.stat().st_size else b""
        self._log = read_log(Path(f"{self._path}-wal"))
        self._newest = self._log.newest() if self._log is not None and self._log.bodies.shape[1] == self.size else {}
        self.count = max([-(-len(self._map) // self.size), *self._newest])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(self._map, mmap.mmap):
            self._map.close()

    def page(self, number: int) -> bytes:
        """One page; shorter or empty where the file was cut."""
        if self._log is not None and number in self._newest:
            return self._log.page(self._newest[number])
        return self._map[(number - 1) * self.size : number * self.size] if number > 0 else b""

    def older(self) -> Iterator[bytes]:
        """What else a damaged log holds: broken frames, and versions that later ones replaced."""
        if self._log is not None and self._log.damaged:
            used = set(self._newest.values())
            yield from (self._log.page(i) for i in range(len(self._log.sound)) if i not in used)
            yield from (self._map[(n - 1) * self.size : n * self.size] for n in self._newest)

    def leaves(self, root: int) -> list[int]:
        """The leaf pages of a table, in no order: as far as its interior pages can be followed."""
        found: list[int] = []
        seen: set[int] = set()
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in seen or not 0 < number <= self.count:
                continue
            seen.add(number)
            page = self.page(number)
            if kind(page, number) == INTERIOR:
                waiting += children(page)
            else:
                found.append(number)
        return found

    def free(self) -> set[int]:
        """Pages that hold nothing any more: their old rows were delivered."""
        found: set[int] = set()
        trunk = _number(self.page(1), FREE_LIST)
        while 0 < trunk <= self.count and trunk not in found:
            found.add(trunk)
            page = self.page(trunk)
            some = min(_number(page, 4), self.size // 4 - 2)
            found |= {_number(page, 8 + 4 * i) for i in range(some)}
            trunk = _number(page, 0)
        return found


def kind(page: bytes, number: int) -> int:
    """The first byte of its b-tree header; 0 where it was cut."""
    at = 100 if number == 1 else 0
    return page[at] if at < len(page) else 0


def pointers(page: bytes, head: int) -> list[int]:
    """Where its cells begin, as its own header says."""
    count = int.from_bytes(page[3:5], "big")
    return [int.from_bytes(page[at : at + 2], "big") for at in range(head, min(head + 2 * count, len(page) - 1), 2)]


def children(page: bytes) -> list[int]:
    """The pages below an interior page of a table."""
    return [_number(page, at) for at in pointers(page, 12)] + [_number(page, 8)]


def _number(page: bytes, at: int) -> int:
    return int.from_bytes(page[at : at + 4], "big")
