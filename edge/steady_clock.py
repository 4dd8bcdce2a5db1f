"""The edge's clock: its time never runs backwards, whatever is done to the machine's."""

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
    clock has caught up; meanwhile its state is STEPPED_BACK. A forward step is followed at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall = clock.now()
        self._mono = clock.monotonic()
        self._last = self._wall
        self._steps: list[int] = []

    def now(self) -> int:
        """UTC ns, never less than the last answer."""
        wall, mono = self._clock.now(), self._clock.monotonic()
        passed = mono - self._mono
        jumped = wall - self._wall - passed
        if abs(jumped) > STEP:
            self._steps.append(jumped)
        self._wall, self._mono = wall, mono
        self._last = wall if wall >= self._last else self._last + passed - passed // _CATCH_UP
        return self._last

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
