"""How long to wait before the next try: doubling, with jitter, so that many gateways do not come back at once."""

from __future__ import annotations

import random
from typing import Final

FIRST: Final = 0.5
LONGEST: Final = 30.0


class Backoff:
    """Seconds until the next try; one try at a time."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST, chance: random.Random | None = None) -> None:
        self._first = first
        self._longest = longest
        self._chance = chance or random.SystemRandom()
        self._tries = 0

    def next(self, at_least: float | None = None) -> float:
        """Between half of the step and the whole of it, or a little over what the end asked for (Retry-After)."""
        step = min(self._first * float(2**self._tries), self._longest)
        self._tries = min(self._tries + 1, 16)
        wait = step * self._chance.uniform(0.5, 1.0)
        if at_least is None:
            return wait
        return max(wait, min(at_least, 10 * self._longest) * self._chance.uniform(1.0, 1.25))

    def reset(self) -> None:
        """It worked."""
        self._tries = 0
