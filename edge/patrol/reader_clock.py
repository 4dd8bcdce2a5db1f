"""How far a reader's own clock is off, estimated from when its messages come, and how well that is known."""

from __future__ import annotations

import json
from typing import Final

from facility.clock import NS

JITTER: Final = 2 * NS
"""A message is on its way no longer than this, as a rule."""
DRIFT: Final = 10 / 86_400
"""A controller's clock gains or loses at most 10 s a day (GB 50396-2007)."""
UNCOMPARED: Final = 300 * NS
"""The error that a clock may have which was never compared."""
SHIFTED: Final = 60 * NS
"""A clock that is off by more was set wrong."""
_AGREE: Final = 10 * NS


class ReaderClock:
    """Of one reader. A message is never faster than time, so `clock - received` is at most the offset.

    The greatest is kept, less the drift since; one that is much smaller was delayed on its way, unless the next one
    says the same: then the clock was set back.
    """

    def __init__(self, kept: bytes = b"") -> None:
        self._offset: int | None = None
        self._at = 0
        self._doubt: tuple[int, int] | None = None
        if kept:
            self._offset, self._at = json.loads(kept)

    def text(self) -> bytes:
        """The bytes that the spool keeps."""
        return json.dumps([self._offset, self._at]).encode()

    def hear(self, clock: int, received: int) -> None:
        """The reader said at `received` that its clock shows `clock`."""
        offset = clock - received
        if self._offset is not None and offset < self._offset - SHIFTED - self._drift(received - self._at):
            said, self._doubt = self._doubt, (offset, received)
            if said is None or abs(said[0] - offset) > _AGREE + self._drift(received - said[1]):
                return
            self._offset = None
        self._doubt = None
        if self._offset is None or offset >= self._offset - self._drift(received - self._at):
            self._offset, self._at = offset, received

    def offset(self) -> int:
        """How far it is ahead of the edge's, in ns; 0 where it was never compared."""
        return self._offset or 0

    def bound(self, at: int) -> int:
        """How far the offset may be wrong at a moment (UTC ns of the edge)."""
        return UNCOMPARED if self._offset is None else JITTER + self._drift(abs(at - self._at))

    @property
    def compared(self) -> bool:
        """Whether anything is known of it."""
        return self._offset is not None

    @property
    def shifted(self) -> bool:
        """Whether it is off by more than a minute."""
        return abs(self.offset()) > SHIFTED

    @staticmethod
    def _drift(passed: int) -> int:
        return round(max(passed, 0) * DRIFT)
