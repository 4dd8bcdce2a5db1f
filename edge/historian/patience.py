"""How long one record may fail while its end takes others: long enough for any outage, not for ever."""

from __future__ import annotations

from typing import Final

from edge.delivery import Away
from facility.clock import NS, Clock

TRIES: Final = 10
SECONDS: Final = 300.0
"""A record that failed so often over so long is looked at: does the end take others?"""


class Patience:
    """Counts the failures in a row of the one record that stands first in the lane."""

    def __init__(self, clock: Clock, tries: int = TRIES, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._tries = tries
        self._seconds = seconds
        self._seq = -1
        self._failed = 0
        self._since = 0

    def over(self, seq: int, error: Away) -> bool:
        """Note a failure; True where the record, not the end, may be to blame.

        Refused tokens and `less, please` (4xx) are about the end as a whole and are never held against a record.
        """
        if error.status is not None and error.status < 500:
            return False
        if seq != self._seq:
            self._seq, self._failed, self._since = seq, 0, self._clock.monotonic()
        self._failed += 1
        return self._failed >= self._tries and self._clock.monotonic() - self._since >= self._seconds * NS
