"""Targets, months and tasks on the wire."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cloud.wire import Asked, Moment
from facility.energy.target import Course
from facility.words import Frozen, Text

Scope = Annotated[str, StringConstraints(pattern=r"^(meter|area):[a-z0-9][a-z0-9_-]*$", max_length=80)]
"""A meter, or all outermost meters of an area: `meter:meter-main`, `area:tower-a`."""
Month = Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
Amount = Annotated[Decimal, Field(ge=0, le=10**13, max_digits=17, decimal_places=3)]
State = Literal["open", "under_way", "done", "verified", "cancelled"]


class Target(Asked):
    """So much at the most in a month; `owner` gets the task when it is missed."""

    scope: Scope
    month: Month
    amount: Amount
    owner: str = Field(min_length=1, max_length=64)


class NewTargets(Asked):
    """The body of PUT /energy-targets/{site}; what is not named stays."""

    targets: tuple[Target, ...] = Field(min_length=1, max_length=5_000)
    restates: str = Field(default="", max_length=500)
    """Why a past month's target changes; without it that is refused."""


class StoredTarget(Target):
    """With its unit."""

    unit: str
    updated_at: Moment
    updated_by: str


class Breakdown(Asked):
    """A year's amount to months, and each to scopes: by last year's use, or by shares that are given."""

    year: int = Field(ge=2000, le=2100)
    amount: Amount
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=300)
    months: dict[Month, Amount] = Field(default_factory=dict)
    """Shares; empty: last year's use of all scopes together."""
    shares: dict[Scope, Amount] = Field(default_factory=dict)
    """Shares; empty: last year's use of each."""
    owner: str = Field(min_length=1, max_length=64)


class Proposal(Frozen):
    """Targets that add up to the year exactly: look at them, change them, PUT them."""

    targets: tuple[Target, ...]
    basis: Literal["last_year", "given"]


class Compared(Frozen):
    """Another period: what it took, and the change against it; null where it is not wholly known."""

    amount: Decimal | None
    coverage: float
    change: float | None


class MonthFigure(Frozen):
    """One scope in one month, so far."""

    scope: str
    name: Text
    month: str
    unit: str
    amount: Decimal | None
    """Of the time that is known; null where none is."""
    coverage: float
    """Share of the month's time up to now that is known; under 1 the amount is not all."""
    target: Decimal | None
    owner: str | None
    course: Course
    forecast: float | None
    forecast_half_width: float | None
    last_year: Compared
    """同比, over the same days."""
    last_month: Compared
    """环比, over as many days."""
    kgce: Decimal | None
    kgce_source: str | None
    kgco2e: Decimal | None
    kgco2e_source: str | None
    per_m2: Decimal | None
    m2: Decimal | None


class MonthFigures(Frozen):
    """All scopes asked for."""

    site: str
    month: str
    items: tuple[MonthFigure, ...]


class Step(Frozen):
    """One thing that was said or done about a task."""

    at: Moment
    by: str
    state: State
    note: str


class Missed(Frozen):
    """What a task is about."""

    unit: str
    target: Decimal
    amount: Decimal
    coverage: float
    steps: tuple[Step, ...] = ()


class Rectification(Frozen):
    """整改任务: who answers for a missed target, by when, how far it is."""

    id: str
    site: str
    scope: str
    month: str
    owner: str
    due: date
    state: State
    missed: Missed
    opened_at: Moment


class Answer(Asked):
    """The body of POST /rectifications/{id}: the next state, or the same with a note; another owner, another day."""

    state: State
    note: str = Field(min_length=1, max_length=1_000)
    owner: str | None = Field(default=None, min_length=1, max_length=64)
    due: date | None = None
