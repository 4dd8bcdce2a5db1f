"""Facts that a line brings once more after a kill: their marks lie on the disk with the events that they became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from facility.batch import Note

MARK: Final = 8
"""Bytes of a mark."""
TOGETHER: Final = 32
"""Marks in one chunk, which is what each event writes anew."""
CHUNKS: Final = 64
"""Of one point. Brokers leave 20 messages unanswered, or all that waited: some forget their limit at a reconnect."""
KEY: Final = "mark/"


class Told:
    """`kept` is what the spool kept with the events of former runs."""

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        self._chunks: defaultdict[str, dict[int, bytes]] = defaultdict(dict)
        for key, chunk in kept.items():
            if key.startswith(KEY):
                point = key.removeprefix(KEY).rpartition("/")[0]
                self._chunks[point][int.from_bytes(chunk[:MARK], "big")] = chunk[MARK:]

    def before(self, note: Note, point: str, state: dict[str, bytes]) -> bool:
        """Whether it is on the disk already; else its mark goes into `state`, to be written with its event."""
        if not note.mark:
            return False
        chunks = self._chunks[point]
        if note.again and any(_holds(marks, note.mark) for marks in chunks.values()):
            return True
        number = max(chunks, default=0)
        if len(chunks.get(number, b"")) >= TOGETHER * MARK:
            number += 1
            chunks.pop(number - CHUNKS, None)
        marks = chunks[number] = chunks.get(number, b"") + note.mark
        state[f"{KEY}{point}/{number % CHUNKS}"] = number.to_bytes(MARK, "big") + marks
        return False


def _holds(marks: bytes, mark: bytes) -> bool:
    return any(marks[at : at + MARK] == mark for at in range(0, len(marks), MARK))
