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


_HOLDING = np.array([s in (State.PENDING, State.ACTIVE, State.AGAIN) for s in State])
_ACTIVE = np.array([s in (State.ACTIVE, State.CLEARING) for s in State])


class Machine:
    """`state` and `due` (monotonic ns at which a delay ends) by row."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.state: U1 = np.zeros(len(rows), np.uint8)
        self.due: I8 = np.full(len(rows), NEVER, np.int64)
        self.out_of_service: set[int] = set()
        self.chatter = Chatter()

    def active(self, rows: Index) -> B1:
        """Whether rows are beyond their on-delay: what hysteresis and suppression go by."""
        found: B1 = _ACTIVE[taken(self.state, rows)]
        return found

    def is_active(self, row: int) -> bool:
        """The same of one row."""
        return bool(_ACTIVE[self.state[row]])

    def step(self, rows: Index, known: B1, holds: B1, now: int) -> list[int]:
        """Take verdicts in; returns the rows whose state changed. What is not known moves nothing."""
        moves = known & ((holds != _HOLDING[taken(self.state, rows)]) | (taken(self.due, rows) <= now))
        if not moves.any():
            return []
        at = np.flatnonzero(moves)
        for row, held in zip(rows[at].tolist(), holds[at].tolist(), strict=True):
            self._move(row, now, holds=held)
        return [int(r) for r in rows[at]]

    def overdue(self, now: int) -> Index:
        """Rows whose delay has ended."""
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
        self.state[row] = state
        self.due[row] = due
