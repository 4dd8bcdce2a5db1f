"""The maintenance calendar on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloud.plans.schemas import Kept
from cloud.wire import Moment
from facility.words import Frozen, Text


class Task(Frozen):
    """One entry of the calendar."""

    kind: Literal["plan", "inspection"]
    site: str
    equipment: str | None
    equipment_name: Text | None
    place: str | None
    name: Text
    trade: str
    plan: str | None
    number: int | None
    """Which occurrence of the plan, from 0."""
    due_at: Moment
    until: Moment
    """Until when it counts as kept."""
    order: str | None
    """Null: it is made when the time comes."""
    state: str | None
    verdict: Kept | Literal["planned"]
    """`planned`: no order yet."""


class RunHours(Frozen):
    """One plan by run hours, and when it will be due if the equipment goes on as it did."""

    site: str
    plan: str
    name: Text
    equipment: str | None
    equipment_name: Text | None
    point: str
    every: float
    """Hours."""
    counted: float | None
    """Hours since the plan was made; null: the meter was not heard yet."""
    left: float | None
    """Hours to the next; 0 and below is due."""
    a_day: float | None
    """Hours a day over the last 30 days; null: not known."""
    due_at: Moment | None
    """When it is expected; null: it does not run, or it is not known how much."""


class Calendar(Frozen):
    """All that is to be done in a span, and what is due by run hours."""

    site: str
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    tasks: tuple[Task, ...]
    """By `due_at`."""
    run_hours: tuple[RunHours, ...]
    """The soonest first."""
