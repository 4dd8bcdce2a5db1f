"""Facts that a line brings once more after a kill: their marks lie on the disk with the events that they became."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from facility.batch import Note

MARK: Final = 8
"""Bytes of a mark."""
KEPT: Final = 32
"""Marks of one point; brokers leave no more messages of a session unanswered."""
KEY: Final = "mark/"


class Told:
    """`kept` is what the spool kept with the events of former runs."""

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        self._marks = {k.removeprefix(KEY): v for k, v in kept.items() if k.startswith(KEY)}

    def before(self, note: Note, point: str, state: dict[str, bytes]) -> bool:
        """Whether it is on the disk already; else its mark goes into `state`, to be written with its event."""
        if not note.mark:
            return False
        marks = self._marks.get(point, b"")
        if note.again and any(marks[at : at + MARK] == note.mark for at in range(0, len(marks), MARK)):
            return True
        self._marks[point] = state[KEY + point] = (marks + note.mark)[-KEPT * MARK :]
        return False
