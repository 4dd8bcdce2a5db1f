"""The write-ahead log of a spool as it lies on disk: its frames, which of them are sound, and whether one was damaged.

SQLite ends the log at the first frame whose checksum does not hold, in silence: right for a write that a power cut
tore, but a flipped bit would take every later commit with it. Format: sqlite.org/fileformat2.html#walformat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

B1: TypeAlias = NDArray[np.bool_]
Words: TypeAlias = NDArray[np.uint32]

HEADER: Final = 32
FRAME: Final = 24
LITTLE: Final = 0x377F0682
BIG: Final = 0x377F0683
LARGEST_PAGE: Final = 65_536
USUAL_PAGE: Final = 4096
GENERATIONS: Final = 1 << 20
"""So many starts of the log at its beginning are looked back: more than a file that was never whole holds."""


@dataclass(frozen=True, slots=True)
class Log:
    """Columns over the frames of the newest generation. `commit`: the last frame of its transaction."""

    number: Words
    sound: B1
    commit: B1
    bodies: NDArray[np.uint8]
    header: bool
    """Whether the log's own header holds."""

    @property
    def damaged(self) -> bool:
        """Whether a frame is broken that was synced once: only what follows the last synced commit may be torn."""
        broken = np.flatnonzero(~self.sound)
        first = int(broken[0]) if len(broken) else len(self.sound)
        if not self.header:
            return bool((self.sound & self.commit).any())
        synced = np.flatnonzero(self.commit[first:])
        return bool(len(synced)) and bool(self.sound[first + int(synced[0]) + 1 :].any())

    @property
    def torn(self) -> bool:
        """Whether its last transaction does not hold: a power cut tore it before its sync, or it was damaged after."""
        return not self.sound.all() and not self.damaged

    def page(self, frame: int) -> bytes:
        """The page in a frame."""
        return bytes(self.bodies[frame])

    def newest(self) -> dict[int, int]:
        """Page number → its last sound frame, up to the last commit."""
        ends = np.flatnonzero(self.commit & self.sound)
        last = int(ends[-1]) + 1 if len(ends) else 0
        return {int(self.number[i]): i for i in np.flatnonzero(self.sound[:last]).tolist()}


def read_log(path: Path) -> Log | None:
    """None where there is no log, or nothing in it."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(content) < HEADER + FRAME:
        return None
    head = np.frombuffer(content, ">u4", 8)
    order = ">u4" if int(head[0]) == BIG else "<u4"
    size = _page_size(int(head[2]))
    begin = np.zeros(2, np.uint32)
    holds = int(head[0]) in (LITTLE, BIG) and bool(
        (_sums(np.frombuffer(content, order, 6)[None], begin[None])[0] == head[6:8]).all()
    )
    count = (len(content) - HEADER) // (FRAME + size)
    if not count:
        return None
    frames = np.frombuffer(content, np.uint8, count * (FRAME + size), HEADER).reshape(count, FRAME + size)
    return _log(frames, head if holds else None, order)


def _log(frames: NDArray[np.uint8], head: NDArray[np.uint32] | None, order: str) -> Log | None:
    fields = np.ascontiguousarray(frames[:, :FRAME]).view(">u4").astype(np.uint32)
    salt, sums = fields[:, 2:4], fields[:, 4:6]
    ours = (salt == (salt[0] if head is None else head[4:6])).all(axis=1)
    if not ours.any():
        return None
    count = int(np.flatnonzero(ours)[-1]) + 1
    seeds = np.vstack([sums[:1] if head is None else head[6:8], sums[: count - 1]]).astype(np.uint32)
    words = np.hstack([frames[:count, :8], frames[:count, FRAME:]]).view(order).astype(np.uint32)
    sound = ours[:count] & (_sums(words, seeds) == sums[:count]).all(axis=1)
    commit = (fields[:count, 1] != 0) & ~_older(salt[:count], salt[count - 1])
    return Log(fields[:count, 0], sound, commit, frames[:count, FRAME:], head is not None)


def _older(salt: Words, ours: Words) -> B1:
    """Frames that an earlier generation left there, where a power cut kept ours from the disk: the first salt counts
    generations, the second is another random one. A flipped bit changes one of the two.
    """
    ago = ours[0] - salt[:, 0]
    found: B1 = (ago > 0) & (ago < GENERATIONS) & (salt[:, 1] != ours[1])
    return found


def _page_size(written: int) -> int:
    size = written or LARGEST_PAGE
    return size if 512 <= size <= LARGEST_PAGE and size & (size - 1) == 0 else USUAL_PAGE


def _sums(words: Words, seeds: Words) -> Words:
    """The log's checksum of each row of words, begun with each row of seeds; all arithmetic modulo 2^32."""
    weights, step = _weights(words.shape[1] // 2)
    return words.astype(np.uint32, copy=False) @ weights + seeds @ step


@lru_cache(maxsize=4)
def _weights(pairs: int) -> tuple[Words, Words]:
    """What each word adds to the two sums, and what the seeds do.

    s1 += a + s2; s2 += b + s1, for each pair (a, b): (s1, s2) is multiplied by [[1, 1], [1, 2]] at each step.
    """
    power, rows = (1, 0, 0, 1), []
    for _ in range(pairs):
        p, q, r, s = power
        rows += [((q) & 0xFFFFFFFF, s & 0xFFFFFFFF), ((p + q) & 0xFFFFFFFF, (r + s) & 0xFFFFFFFF)]
        power = ((p + q) & 0xFFFFFFFF, (p + 2 * q) & 0xFFFFFFFF, (r + s) & 0xFFFFFFFF, (r + 2 * s) & 0xFFFFFFFF)
    weights = np.array(rows[::-1], np.uint32)
    p, q, r, s = power
    return weights, np.array([[p, r], [q, s]], np.uint32)
