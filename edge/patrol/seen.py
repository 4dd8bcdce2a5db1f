"""Which reads are known already: the same upload twice is one upload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.patrol.memory import below
from edge.patrol.plan import DAY

_PREFIX: Final = "patrol/seen/"
_SIZE: Final = 8


class Seen:
    """The ids of reads, by the UTC day of the reader's own time: that stays, whatever its clock is found to be off."""

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        self._days: dict[int, set[bytes]] = {}
        for day, ids in below(kept, _PREFIX):
            self._days[int(day)] = {ids[i : i + _SIZE] for i in range(0, len(ids), _SIZE)}
        self._changed: set[int] = set()

    def first(self, id_: str, own: int) -> bool:
        """Whether a read (16 hex digits) of the reader's time `own` is new; it is known from now on."""
        day, mine = own // DAY, bytes.fromhex(id_)
        known = self._days.setdefault(day, set())
        if mine in known:
            return False
        known.add(mine)
        self._changed.add(day)
        return True

    def forget(self, before: int) -> None:
        """Let go of the days before a moment."""
        for day in [d for d in self._days if d < before // DAY]:
            self._days.pop(day)
            self._changed.add(day)

    def changes(self) -> dict[str, bytes]:
        """What changed since the last call, as keys of the spool's state; empty: it is gone."""
        found = {f"{_PREFIX}{day}": b"".join(sorted(self._days.get(day, ()))) for day in self._changed}
        self._changed.clear()
        return found
