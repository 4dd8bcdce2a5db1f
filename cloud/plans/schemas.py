"""Plans on the wire."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cloud.wire import Asked, Moment
from facility.alarm import OrderClass
from facility.words import Frozen, Id, Text


class ByCalendar(Asked):
    """Every so many months or days from a date on; the 31st of a shorter month is its last day."""

    kind: Literal["calendar"] = "calendar"
    start: date
    at: time = time(8)
    months: int = Field(default=0, ge=0, le=120)
    days: int = Field(default=0, ge=0, le=3_660)
    """Where `months` is 0."""

    @model_validator(mode="after")
    def _one(self) -> ByCalendar:
        if (self.months > 0) == (self.days > 0):
            raise ValueError("say how often: either months or days")
        return self


class ByRunHours(Asked):
    """Every so many hours that a point has counted since the plan was made."""

    kind: Literal["run_hours"] = "run_hours"
    point: str = Field(min_length=1, max_length=200)
    hours: float = Field(gt=0, le=1_000_000)


class NewPlan(Asked):
    """The body of POST /plans."""

    site: Id
    equipment: Id
    name: Text
    order_class: OrderClass = Field(default=OrderClass.ORDINARY, alias="class")
    trade: Id
    every: Annotated[ByCalendar | ByRunHours, Field(discriminator="kind")]


class Plan(Frozen):
    """A plan and how far it is."""

    id: str
    plan: NewPlan
    enabled: bool
    made: int
    next_at: Moment | None
    run_hours: float | None
    """Counted since it was made."""


class PlanOrder(Frozen):
    """One occurrence and its order."""

    number: int
    order: str
    due_at: Moment
    made_at: Moment
    state: str
    restored_at: Moment | None
