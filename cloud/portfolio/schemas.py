"""The portfolio on the wire."""

from __future__ import annotations

from cloud.alarms.standing import StandingAlarm
from cloud.wire import Moment
from facility.words import Frozen, Text


class LifeSafety(Frozen):
    """Fire, trapped people, panic: what is live now."""

    active: int
    unacknowledged: int
    worst: StandingAlarm | None


class Blindness(Frozen):
    """What can't be seen now."""

    points: int
    """Points whose value is bad."""
    all: int
    equipment: int
    gateways_away: tuple[str, ...]
    since: Moment | None
    """Of the one that has been gone for longest."""


class OpenOrders(Frozen):
    """Work that waits."""

    open: int
    overdue: int
    """A promise of theirs is broken and the work is not done."""


class PlanCompliance(Frozen):
    """计划完成率 of the running month."""

    month: str
    due: int
    kept: int
    value: float | None
    """0 … 1; null: nothing is settled yet."""


class EnergyUse(Frozen):
    """Electricity through the incoming meters."""

    days_30: float | None
    """kWh of the last 30 days, of the known time; null where nothing is known."""
    month: float | None
    """kWh since the first of the month, the site's own midnight."""
    area: float | None
    """m2 of floor: places in a fire zone, or all where no place has one; null: no place has an area."""
    per_m2: float | None
    """kWh/m2 of the last 30 days, of the known time."""
    coverage: float
    """Share of the 30 days (0 … 1) of which the amount is known."""
    estimated: float
    """Share of the 30 days (0 … 1) in which the meters were silent: right in sum, its times are not known."""


class SiteStanding(Frozen):
    """One site's row."""

    site: str
    name: Text
    timezone: str
    life_safety: LifeSafety
    alarms: dict[int, int]
    """Priority → live alarms."""
    blind: Blindness
    orders: OpenOrders
    plans: PlanCompliance
    energy: EnergyUse
