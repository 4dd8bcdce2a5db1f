"""Whether values that arrived somewhere are values that the building had."""

from __future__ import annotations

from collections.abc import Mapping

FLOAT32 = 1e-6
"""What a float32 keeps of a value, relative."""
TENTHS = ("energy", "run_time")
"""Counters that the generic maps carry in tenths."""
NOISE = 1e-6
"""MQTT devices round to so much."""


class Agreement:
    """Looks at the building several times; a value agrees if it lies within what was seen.

    A state or counter that stood still all the time must be equal.
    """

    def __init__(self, kinds: Mapping[str, str], deadbands: Mapping[str, float] | None = None) -> None:
        self._kinds = kinds
        self._deadbands = deadbands or {}
        self._seen: dict[str, tuple[float, float]] = {}
        self.last: dict[str, object] = {}
        """What differed at the last comparison: point → (least, greatest, told)."""

    def look(self, values: Mapping[str, float | None]) -> None:
        """The building as it is now."""
        for id, value in values.items():
            if value is not None and id in self._kinds:
                low, high = self._seen.get(id, (value, value))
                self._seen[id] = (min(low, value), max(high, value))

    @property
    def exact(self) -> list[str]:
        """States and counters that stood still."""
        return [id for id, (a, b) in self._seen.items() if a == b and self._kinds[id] != "measurement"]

    def wrong(self, told: Mapping[str, float | None]) -> dict[str, object]:
        """Point → what differs; points that were not told count as different."""
        self.last = {}
        for id, (low, high) in self._seen.items():
            value = told.get(id)
            slack = self._slack(id, max(abs(low), abs(high)))
            if value is None or not low - slack <= value <= high + slack:
                self.last[id] = (low, high, value)
        return self.last

    def _slack(self, id: str, size: float) -> float:
        coarse = 0.0500001 if id.endswith(TENTHS) else 0.0
        return coarse + self._deadbands.get(id, 0.0) + size * FLOAT32 + NOISE
