"""How long to wait before the next try: doubling, with jitter, so that many gateways do not come back at once."""

from __future__ import annotations

import random
from typing import Final

FIRST: Final = 0.5
LONGEST: Final = 15.0
SOON: Final = 5.0
"""The longest step to the cloud: alarms and presence wait for nothing else once it is back."""
LONGEST_ASKED: Final = 600.0
"""What an end may ask for (Retry-After) at most."""


def to_cloud() -> Backoff:
    """For a lane or the live link: the cloud is tried again within 5 s."""
    return Backoff(longest=SOON)


class Backoff:
    """Seconds until the next try; one try at a time."""

    def __init__(self, first: float = FIRST, longest: float = LONGEST, chance: random.Random | None = None) -> None:
        self._first = first
        self.longest = longest
        self._chance = chance or random.SystemRandom()
        self._tries = 0

    def next(self, at_least: float | None = None) -> float:
        """Between half of the step and the whole of it, or a little over what the end asked for (Retry-After)."""
        step = min(self._first * float(2**self._tries), self.longest)
        self._tries = min(self._tries + 1, 16)
        wait = step * self._chance.uniform(0.5, 1.0)
        if at_least is None:
            return wait
        return max(wait, min(at_least, LONGEST_ASKED) * self._chance.uniform(1.0, 1.25))

    def reset(self) -> None:
        """It worked."""
        self._tries = 0
