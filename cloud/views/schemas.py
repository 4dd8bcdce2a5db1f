"""Saved views on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cloud.series.endpoints import POINTS
from cloud.wire import Asked, Moment
from facility.words import Frozen, Id


class Panel(Asked):
    """One chart of the desk; all panels have one time axis."""

    points: tuple[str, ...] = Field(max_length=POINTS)
    low: float | None = Field(default=None, allow_inf_nan=False)
    """Ends of the value axis; null: as the values want it."""
    high: float | None = Field(default=None, allow_inf_nan=False)

    @model_validator(mode="after")
    def _sane(self) -> Panel:
        if any(not 1 <= len(point) <= 200 for point in self.points):
            raise ValueError("测点编号为 1 至 200 个字符 · a point's id has 1 to 200 characters")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("下限须低于上限 · `low` lies below `high`")
        return self


class TrendView(Asked):
    """What is on the trend desk."""

    panels: tuple[Panel, ...] = Field(default=(), max_length=24)
    start: str = Field(default="-24h", alias="from", max_length=40)
    """RFC 3339, or so long ago: a view of the last day stays one."""
    end: str = Field(default="now", alias="to", max_length=40)
    compare: Literal["", "day", "week", "month", "year"] = ""
    """The same span so long before, drawn behind."""
    show: tuple[Literal["mean", "range", "gaps", "alarms", "orders", "statistics", "table"], ...] = (
        "mean", "range", "gaps", "alarms", "orders",
    )  # fmt: skip


class NewView(Asked):
    """The body of POST /views and PUT /views/{id}."""

    site: Id
    name: str = Field(min_length=1, max_length=200)
    shared: bool = False
    """Whoever may see the site's series may open it: the link to share."""
    view: TrendView


class View(Frozen):
    """A saved view."""

    id: str
    site: str
    name: str
    shared: bool
    owner: str
    own: bool
    """Whether the caller may change it."""
    view: TrendView
    created_at: Moment
    updated_at: Moment
