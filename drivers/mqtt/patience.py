"""How long to wait before the next try to connect: soon, but never in a fight over one client id."""

from __future__ import annotations

from typing import Final

from drivers.mqtt.client import TakenOver

RECONNECT: Final = (0.5, 1.0, 2.0)
"""Seconds between tries while the broker is away; the last one repeats."""
YIELD: Final = (0.5, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds after a broker that works has closed our session: two clients of one id that both hurry throw each other
out for ever, and most brokers do not say that this is why."""
SAID: Final = 2
"""The step from which a broker's word TakenOver, and the suspicion, count."""
STEADY: Final = 120.0
"""Seconds; a session of this length ends every suspicion."""


class Patience:
    """Told of every end of a session, it says how long to wait."""

    def __init__(self) -> None:
        self._away = 0
        self._thrown_out = 0

    @property
    def suspicious(self) -> bool:
        """Whether a working broker has closed our sessions several times in a row."""
        return self._thrown_out >= SAID

    def away(self, *, stood: bool = False) -> float:
        """The broker can't be reached; `stood`: a session has ended of it."""
        self._away = 1 if stood else self._away + 1
        self._thrown_out = 0
        return RECONNECT[min(self._away, len(RECONNECT)) - 1]

    def thrown_out(self, why: Exception, lasted: float) -> float:
        """A session of `lasted` seconds was ended by a broker that works."""
        self._away = 0
        if lasted >= STEADY:
            self._thrown_out = 0
        self._thrown_out = max(self._thrown_out + 1, SAID if isinstance(why, TakenOver) else 0)
        return YIELD[min(self._thrown_out, len(YIELD)) - 1]
