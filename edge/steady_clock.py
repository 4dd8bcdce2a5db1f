"""The edge's clock: it never runs back over a time that it has given, whatever is done to the machine's."""

from __future__ import annotations

from typing import Final

from facility.clock import EARLIEST, NS, Clock
from facility.event import ClockState

STEP: Final = NS
"""A jump of the wall clock against monotonic time by more than this is a step, not drift."""

_CATCH_UP: Final = 10
"""After a backward step the edge's time runs slower by this part, so that wall time can catch up."""


class SteadyClock:
    """A Clock over a Clock.

    After a backward step its time goes on from where it was, a tenth slower than monotonic time, until the wall
    clock has caught up; meanwhile its state is STEPPED_BACK. A forward step is followed at once. One that is taken
    back is followed back, into the hole that it left: those times were never given, and a clock that was a day ahead
    for a minute would else be ahead for ten.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall = clock.now()
        self._mono = clock.monotonic()
        self._last = self._wall
        self._hole = (0, 0)
        """The last time before the newest step forward, and the first after it."""
        self._steps: list[int] = []

    def now(self) -> int:
        """UTC ns, never before one that was given, but in a hole."""
        wall, mono = self._clock.now(), self._clock.monotonic()
        passed = mono - self._mono
        jumped = wall - self._wall - passed
        if abs(jumped) > STEP:
            self._steps.append(jumped)
        self._wall, self._mono = wall, mono
        self._last = self._next(wall, passed)
        return self._last

    def _next(self, wall: int, passed: int) -> int:
        before, after = self._hole
        if wall >= self._last:
            if wall - self._last - passed > STEP and self._last >= EARLIEST:
                self._hole = (self._last, wall)
            elif before < wall < after:
                self._hole = (wall, after)
            return wall
        if before < wall < after:
            self._hole = (wall, after)
            return wall
        return self._last + passed - passed // _CATCH_UP

    def monotonic(self) -> int:
        """The machine's own."""
        return self._clock.monotonic()

    @property
    def state(self) -> ClockState:
        """How far the last `now` may be trusted."""
        if self._last < EARLIEST:
            return ClockState.UNTRUSTED
        return ClockState.STEPPED_BACK if self._last > self._wall else ClockState.TRUSTED

    def steps(self) -> list[float]:
        """The steps of the wall clock since the last call, in seconds, each once."""
        found, self._steps = self._steps, []
        return [s / NS for s in found]
