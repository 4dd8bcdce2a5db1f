"""The systems of a site on the wire."""

from __future__ import annotations

from cloud.alarms.standing import StandingAlarm
from cloud.series.schemas import Column
from cloud.wire import Moment
from facility.point import Range, State
from facility.words import Frozen, Text


class KeyPoint(Frozen):
    """One key point of one equipment."""

    id: str
    equipment: str
    value: float | None
    quality: str
    reason: str
    at: Moment | None


class KeyValue(Frozen):
    """One key point of a type, over all equipment of the row that has it."""

    type: str
    point: str
    name: Text
    kind: str
    unit: str
    decimals: int
    states: tuple[State, ...]
    normal: Range | None
    low: float | None
    """The smallest and the largest good value now; null where none is good."""
    high: float | None
    outside: int
    """Good values that lie outside of the normal band."""
    bad: int
    count: int
    counts: dict[int, int]
    """Of a state: value → how many are in it."""
    points: tuple[KeyPoint, ...]
    """Of the first ones, those outside of their band and those that are not good before the others."""


class Spark(Frozen):
    """The last 24 hours in columns: of one key point over all equipment of the row, or alarms raised in each hour."""

    what: str
    """`values`, or `alarms` where a system has nothing that is measured."""
    name: Text
    unit: str
    decimals: int
    normal: Range | None
    points: tuple[str, ...]
    """What it is made of; the first leads to the trend."""
    start: tuple[int, ...]
    """UTC milliseconds since 1970."""
    width: float
    """Seconds."""
    minimum: Column
    maximum: Column
    mean: Column
    silent: tuple[float, ...]
    """The smallest share of silence among the points: over 0, nothing was heard of any."""


class SystemRow(Frozen):
    """One row of the site's overview."""

    site: str
    id: str
    """fire, elevators, water, drainage, power, hvac, lighting, access, …"""
    systems: tuple[str, ...]
    """The systems that the row stands for: fire and its water are one."""
    name: Text
    equipment: int
    """0: the system has no equipment here."""
    blind: int
    """Equipment with points that can't be seen."""
    alarms: int
    worst: StandingAlarm | None
    orders: int
    overdue: int
    values: tuple[KeyValue, ...]
    spark: Spark | None
