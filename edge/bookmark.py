"""Until when a line's far end was heard: kept in the spool, so that a restart of the edge leaves no gap behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from drivers.base import Resumes
from edge.alarms.engine import Outcome
from edge.pipeline import Pipeline

PERIOD: Final = 15.0
"""Seconds between two notes; what came since the last one may be told twice after a kill, which replaces itself."""
_PREFIX: Final = "known_until/"


class Bookmark:
    """Of one line, over all the times that it is opened."""

    def __init__(self, line: str, kept: Mapping[str, bytes], pipeline: Pipeline) -> None:
        self._key = _PREFIX + line
        self._pipeline = pipeline
        self._at = _read(kept.get(self._key, b""))

    def open(self, line: Resumes) -> None:
        """Tell a new line where to go on."""
        if self._at:
            line.resume(self._at)

    async def keep(self, line: Resumes) -> None:
        """Note how far it is, until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(PERIOD)
                self._note(line.known_until)
        finally:
            self._note(line.known_until)

    def _note(self, at: int) -> None:
        if at > self._at:
            self._at = at
            self._pipeline.record(Outcome(state={self._key: str(at).encode()}))


def _read(kept: bytes) -> int:
    return int(kept) if kept.isdigit() else 0
