"""The state machine of every row: on and off delays by the clock, latching; touched only where something changes."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np

from edge.alarms.chatter import QUIET, Chatter
from edge.alarms.row import Index, Row, taken
from edge.points import B1
from facility.batch import I8, U1

NEVER: Final = np.iinfo(np.int64).max


class State(IntEnum):
    """Where a row stands."""

    IDLE = 0
    PENDING = 1
    """The condition holds, the on-delay runs."""
    ACTIVE = 2
    CLEARING = 3
    """The condition is gone, the off-delay runs."""
    LATCHED = 4
    """Gone, but kept until it is reset by hand."""
    AGAIN = 5
    """Latched, and the condition holds anew; the on-delay runs."""


_HOLDING: Final = (State.PENDING, State.ACTIVE, State.AGAIN)
_ACTIVE: Final = (State.ACTIVE, State.CLEARING)
_NONE: Final[Index] = np.empty(0, np.intp)


class Machine:
    """`state` and `due` (monotonic ns at which a delay ends) by row; what verdicts are compared with by place, which is
    where a row stands in the order of judging.
    """

    def __init__(self, rows: Sequence[Row], order: Index) -> None:
        self._rows = rows
        self._order = order
        self._place: list[int] = np.argsort(order).tolist()
        self._active: B1 = np.zeros(len(rows), np.bool_)
        self._holding: B1 = np.zeros(len(rows), np.bool_)
        self._soonest = NEVER
        """No delay ends before it."""
        self.state: U1 = np.zeros(len(rows), np.uint8)
        self.due: I8 = np.full(len(rows), NEVER, np.int64)
        self.out_of_service: set[int] = set()
        self.chatter = Chatter()

    def active(self, places: Index) -> B1:
        """Whether rows are beyond their on-delay, by their places: what hysteresis goes by."""
        return taken(self._active, places)

    def is_active(self, row: int) -> bool:
        """The same of one row: what suppression goes by."""
        return bool(self._active[self._place[row]])

    def step(self, places: Index, known: B1, holds: B1, now: int) -> list[int]:
        """Take verdicts in; returns the rows whose state changed, ascending. What is not known moves nothing."""
        moves = holds != taken(self._holding, places)
        if self._soonest <= now:
            moves |= self.due[taken(self._order, places)] <= now
        moves &= known
        if not np.count_nonzero(moves):
            return []
        at = np.flatnonzero(moves)
        moved = sorted(zip(self._order[places[at]].tolist(), holds[at].tolist(), strict=True))
        for row, held in moved:
            self._move(row, now, holds=held)
        return [row for row, _ in moved]

    def overdue(self, now: int) -> Index:
        """Rows whose delay has ended."""
        if self._soonest > now:
            return _NONE
        self._soonest = int(self.due.min(initial=NEVER))
        return np.flatnonzero(self.due <= now)

    def next_end(self, now: int) -> int | None:
        """When the next delay ends; None where none runs. One that waits for a sample has ended already."""
        first = int(self.due[self.due > now].min(initial=NEVER))
        return None if first == NEVER else first

    def reset(self, row: int) -> bool:
        """Unlatch; False where the row is not latched."""
        if self.state[row] != State.LATCHED:
            return False
        self._set(row, State.IDLE)
        return True

    def end_clearing(self, row: int) -> bool:
        """End an off-delay before its time; False where none runs."""
        if self.state[row] != State.CLEARING:
            return False
        self._move(row, NEVER, holds=False)
        return True

    def delay_off(self, row: int) -> int:
        """The off-delay of a row, as it is now."""
        rule = self._rows[row].delay_off
        return max(rule, QUIET) if row in self.chatter.rows else rule

    def put(self, row: int, state: State, due: int = NEVER) -> None:
        """Set a row, from what was kept."""
        self._set(row, state, due)

    def _move(self, row: int, now: int, *, holds: bool) -> None:
        if holds:
            self._hold(row, State(int(self.state[row])), now)
        else:
            self._end(row, State(int(self.state[row])), now)

    def _hold(self, row: int, state: State, now: int) -> None:
        delay = self._rows[row].delay_on
        if delay and state in (State.IDLE, State.LATCHED):
            self._set(row, State.PENDING if state is State.IDLE else State.AGAIN, now + delay)
            return
        if state is not State.CLEARING and not self._rows[row].latching:
            self.chatter.activated(row, now)
        self._set(row, State.ACTIVE)

    def _end(self, row: int, state: State, now: int) -> None:
        mine, delay = self._rows[row], self.delay_off(row)
        if state is State.PENDING:
            self._set(row, State.IDLE)
        elif state is State.AGAIN:
            self._set(row, State.LATCHED)
        elif state is State.ACTIVE and delay:
            self._set(row, State.CLEARING, now + delay)
        else:
            self.chatter.ended(row)
            self._set(row, State.LATCHED if mine.latching and row not in self.out_of_service else State.IDLE)

    def _set(self, row: int, state: State, due: int = NEVER) -> None:
        place = self._place[row]
        self.state[row] = state
        self.due[row] = due
        self._active[place] = state in _ACTIVE
        self._holding[place] = state in _HOLDING
        self._soonest = min(self._soonest, due)
