"""Plans on the wire."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cloud.wire import Asked, Moment
from facility.alarm import OrderClass
from facility.words import Frozen, Id, LocalTime, Text


class ByCalendar(Asked):
    """Every so many months or days from a date on; the 31st of a shorter month is its last day."""

    kind: Literal["calendar"] = "calendar"
    start: date
    at: LocalTime = time(8)
    months: int = Field(default=0, ge=0, le=120)
    days: int = Field(default=0, ge=0, le=3_660)
    """Where `months` is 0."""
    ahead: int = Field(default=0, ge=0, le=90)
    """Days before it is due on which the order is made: the reminder."""

    @model_validator(mode="after")
    def _one(self) -> ByCalendar:
        if (self.months > 0) == (self.days > 0):
            raise ValueError("请写明周期:月或天,二者选一 · say how often: either months or days")
        return self


class ByRunHours(Asked):
    """Every so many hours that a point has counted since the plan was made."""

    kind: Literal["run_hours"] = "run_hours"
    point: str = Field(min_length=1, max_length=200)
    hours: float = Field(gt=0, le=1_000_000)


class CheckItem(Asked):
    """One thing to look at. With `low` or `high` a reading is wanted; one outside of them has failed."""

    id: Id
    name: Text
    equipment: Id | None = None
    """Where the round goes over several."""
    unit: str = Field(default="", max_length=32)
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> CheckItem:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError("下限不得高于上限 · `low` is not above `high`")
        return self


class NewPlan(Asked):
    """The body of POST /plans: upkeep of an equipment, or an inspection round (巡检) over places and equipment."""

    site: Id
    equipment: Id | None = None
    place: Id | None = None
    name: Text
    order_class: OrderClass = Field(default=OrderClass.ORDINARY, alias="class")
    trade: Id
    every: Annotated[ByCalendar | ByRunHours, Field(discriminator="kind")]
    within: int = Field(default=1, ge=0, le=366)
    """Days after an occurrence is due in which it still counts as kept."""
    checklist: tuple[CheckItem, ...] = Field(default=(), max_length=200)
    """All of it is answered before the order is restored; a failed item makes an order of its own."""
    template: Id | None = None
    """The template that it was made from."""

    @model_validator(mode="after")
    def _sane(self) -> NewPlan:
        ids = [item.id for item in self.checklist]
        if len(ids) != len(set(ids)):
            raise ValueError("检查表每项的编号不得重复 · each item of the checklist has an id of its own")
        if self.equipment is None and isinstance(self.every, ByRunHours):
            raise ValueError("按运行小时的计划须指定设备 · a plan by run hours names its equipment")
        return self


class Plan(Frozen):
    """A plan and how far it is."""

    id: str
    plan: NewPlan
    enabled: bool
    made: int
    next_at: Moment | None
    run_hours: float | None
    """Counted since it was made."""


Kept = Literal["kept", "late", "overdue", "open", "dropped"]
"""`late`: done after its time; `overdue`: not done, and its time is over; `dropped`: its order was cancelled."""


class PlanOrder(Frozen):
    """One occurrence and its order."""

    number: int
    order: str
    due_at: Moment
    made_at: Moment
    state: str
    restored_at: Moment | None
    until: Moment
    """Until when it counts as kept."""
    verdict: Kept


class PlanFigure(Frozen):
    """How one plan was kept in a month; every occurrence is under /plans/{id}/orders."""

    plan: str
    name: Text
    equipment: str | None
    due: int
    kept: int
    late: int
    overdue: int
    open: int
    dropped: int
    value: float | None
    """kept / (due - open); null: nothing is settled."""


class Compliance(Frozen):
    """计划完成率: the occurrences that were due in a month."""

    site: str
    month: str
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    value: float | None
    due: int
    kept: int
    plans: tuple[PlanFigure, ...]


class TemplatePlan(Frozen):
    """One plan of a set."""

    id: Id
    name: Text
    months: int = 0
    days: int = 0
    ahead: int = 0
    within: int = 1
    trade: Id
    checklist: tuple[CheckItem, ...] = ()


class PlanTemplate(Frozen):
    """A set of plans that a type of equipment needs."""

    id: str
    name: Text
    type: str
    source: str
    plans: tuple[TemplatePlan, ...]


class FromTemplate(Asked):
    """The body of POST /plans/from-template: all plans of a set for one equipment, from a day on."""

    site: Id
    equipment: Id
    template: Id
    start: date
    at: LocalTime = time(8)
