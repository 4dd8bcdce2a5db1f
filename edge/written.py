"""Every write leaves an event: what was asked, by whom, what stood there and what stands there now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from drivers.base import Bound
from edge.alarms.engine import Outcome
from edge.pipeline import Pipeline
from edge.steady_clock import SteadyClock
from facility.event import Draft, WriteDone


@dataclass(frozen=True, slots=True)
class Wish:
    """One write that waits for its turn; whoever gives up waiting cancels `done`, and it is not begun any more."""

    point: Bound
    value: float
    by: str
    done: asyncio.Future[float]


class Written:
    """Puts the event of each write on the way to the disk."""

    def __init__(self, pipeline: Pipeline, clock: SteadyClock) -> None:
        self._pipeline = pipeline
        self._clock = clock

    def before(self, point: Bound) -> float | None:
        """What the point last said, None where that is not good."""
        return self._pipeline.last(point.index)

    def tell(
        self,
        wish: Wish,
        outcome: Literal["done", "refused", "failed"],
        *,
        before: float | None = None,
        read_back: float | None = None,
        why: str = "",
    ) -> None:
        """Say how it went."""
        data = WriteDone(
            point=wish.point.id,
            value=wish.value,
            before=before,
            read_back=read_back,
            by=wish.by,
            outcome=outcome,
            why=why,
        )
        draft = Draft(
            data=data,
            at=self._clock.now(),
            equipment=wish.point.equipment,
            instance=wish.point.instance,
            clock=self._clock.state,
        )
        self._pipeline.record(Outcome([draft]))
