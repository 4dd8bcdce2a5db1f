"""One alarm that can be: a rule of one equipment, for one instance; compiled, with its place in the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from edge.points import B1
from edge.snapshot import Snapshot
from facility.alarm import AlarmClass, Condition, Priority, While
from facility.batch import Note
from facility.event import Lane
from facility.ids import point_id
from facility.point import Point
from facility.quality import Quality
from facility.words import Text

Index: TypeAlias = NDArray[np.intp]
BAD: Final = int(Quality.BAD)
"""A plain number: a member of an enum is looked up and converted anew in every comparison with a column."""
Column = TypeVar("Column", bound=NDArray[Any])


def taken(column: Column, which: Index) -> Column:
    """`column[which]` for ascending places without repeats: the column itself, not copied, where that is all of it."""
    return column if len(which) == len(column) else column[which]  # type: ignore[return-value]


def store(column: NDArray[Any], which: Index, values: NDArray[Any]) -> None:
    """`column[which] = values` for ascending places without repeats: a plain copy where that is all of it."""
    if len(which) == len(column):
        column[:] = values
    else:
        column[which] = values


@dataclass(frozen=True, slots=True)
class Row:
    """What the state machine and its events need of one (equipment, rule, instance). Delays in ns."""

    equipment: str
    rule: str
    instance: str
    priority: Priority
    alarm_class: AlarmClass
    latching: bool
    delay_on: int
    delay_off: int
    point: int
    """The point that its value is shown of; -1: none."""
    limit: float | None = None
    text: Text | None = None
    suppressed_by: tuple[int, ...] = ()
    """Rows whose alarm is the cause of this one."""
    group: int = -1
    """Of a first-out group: the same number in all its rows; -1: none."""
    depth: int = 0
    """How many causes stand before it: causes are told first."""
    hold: int = 0
    """It stays suppressed for so long after its cause ended: one look at its own points."""

    @property
    def id(self) -> str:
        """`pump-1.dry_run`, `fire-panel.l1d003.fire`."""
        return point_id(self.equipment, self.instance, self.rule)

    @property
    def lane(self) -> Lane:
        """The lane its events travel in."""
        return Lane.LIFE if self.alarm_class is AlarmClass.LIFE_SAFETY else Lane.EVENT


@dataclass(frozen=True, slots=True)
class Judged:
    """One row's condition, ready for its kind: `find` gives the index of a point of the equipment or instance."""

    row: int
    condition: Condition
    find: Callable[[str], int]
    means: Callable[[str], Point]
    all_points: Sequence[int]
    """Everything that it is about: the equipment's points, the instance's, or those of one fire zone."""
    during: While | None
    rated: Mapping[str, float]
    timezone: str


class Kind(Protocol):
    """All conditions of one kind, in columns. `rows` are ascending row numbers."""

    rows: Index
    timed: bool
    """Whether its verdict changes by the clock alone: it is judged at each tick then."""

    @property
    def memory(self) -> Sequence[NDArray[Any]]:
        """What it remembers, in columns by place in `rows`: goes over to new settings where a condition is the same."""

    def watched(self) -> list[tuple[int, int]]:
        """(place in `rows`, point): a sample of the point asks for a new verdict."""

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:
        """(known, holds) of some places in `rows`; `active` is theirs, for hysteresis; now in monotonic ns.

        Where the points behind it are bad a verdict is not known: it neither raises nor clears. It may be asked more
        often than a sample came; what it remembers must bear that. Neither the columns it is given nor those that it
        returns are written to by the other side.
        """


@runtime_checkable
class Hears(Protocol):
    """A kind that judges messages of event points, not only samples."""

    def hear(self, notes: Sequence[Note], received: int, now: int) -> None:
        """Messages that came at `received` (UTC ns), which is `now` (monotonic ns); `judge` is asked right after."""


class KindModule(Protocol):
    """What a file in edge/alarms/kinds exports."""

    EVALUATES: tuple[str, ...]

    def compiled(self, judged: Sequence[Judged]) -> Sequence[Kind]:
        """The columns of all conditions of the kinds it evaluates, in one piece or several."""
