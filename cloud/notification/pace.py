"""How often a channel may be used: a token bucket whose last tokens are kept for life safety."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 2
"""Tokens that only life safety takes."""


@dataclass(slots=True)
class Pace:
    """At most `a_minute` in any 60 s: a third at once, the rest one by one. `now` is in seconds."""

    a_minute: int
    now: float
    used: int = 0
    """Requests of the last minute, made before this process knew of them."""
    _tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = max(0.0, self.at_once - self.used)

    @property
    def at_once(self) -> int:
        """The bucket's size."""
        return max(1, self.a_minute // 3)

    @property
    def a_second(self) -> float:
        """Tokens that come back in a second."""
        return (self.a_minute - self.at_once) / 60

    def left(self, now: float, *, life_safety: bool) -> int:
        """How many requests may be made now."""
        self._tokens = min(float(self.at_once), self._tokens + (now - self.now) * self.a_second)
        self.now = now
        kept = 0 if life_safety else min(KEPT, self.at_once - 1)
        return max(0, int(self._tokens - kept + 1e-9))

    def take(self) -> None:
        """One request is made."""
        self._tokens -= 1
