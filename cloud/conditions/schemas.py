"""The condition of equipment on the wire."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from cloud.wire import Moment
from facility.alarm import OrderClass
from facility.words import Frozen, Text

Verdict = Literal["good", "attention", "unknown", "told"]
"""`told`: a figure without a limit."""


class Evidence(Frozen):
    """One number that a figure is made of."""

    name: Text
    value: float | None
    unit: str
    """UCUM; `date-time` of a moment, in UTC milliseconds."""
    decimals: int


class OrderDraft(Frozen):
    """What POST /work-orders takes to make an order of a finding; `text` in the language of who asks."""

    site: str
    equipment: str
    text: Text
    order_class: OrderClass = Field(alias="class")
    trade: str


class Figure(Frozen):
    """One figure of one machine: its value, the rule that judges it, what it stands on."""

    id: str
    """specific_energy, efficiency, starts_per_hour, balance, run_hours, night_flow, availability, out_of_service,
    mtbf, mttr, trips, reversals."""
    name: Text
    value: float | None
    unit: str
    """UCUM; `%` of a share."""
    decimals: int
    verdict: Verdict
    limit: float | None
    says: Text
    """One sentence: what was found, or why nothing can be said."""
    rule: Text
    """How it is reckoned and judged."""
    source: str
    """Of the rule or its limit; empty: ours."""
    known: float
    """Share of the time (0 … 1) in which it is known; the rest is unknown, not zero."""
    evidence: tuple[Evidence, ...]
    points: tuple[str, ...]
    """What to look at on the trend desk."""
    order: OrderDraft | None
    """For a finding."""


class MachineCondition(Frozen):
    """One machine: an equipment, or what runs by itself within it."""

    site: str
    equipment: str
    part: str
    """Empty, `pump_1`, or an instance."""
    name: Text
    type: str
    type_name: Text
    system: str
    place: str | None
    first: dt.date
    """The first and the last local day that it is reckoned over."""
    last: dt.date
    days: int
    """Days of which something is kept."""
    as_of: Moment | None
    """Up to when the newest of them is known."""
    restated: int
    """Changes of days that were over, by late data."""
    figures: tuple[Figure, ...]


class MachineDay(Frozen):
    """One machine in one local day; null where the day does not say it."""

    day: dt.date
    part: str
    length: float
    """Seconds of the day, as far as it is over: 23 to 25 hours."""
    known: float | None
    """Seconds in which it is known whether it ran."""
    running: float | None
    """Seconds."""
    starts: float | None
    most_starts: float | None
    """Within any one hour."""
    energy: float | None
    """kWh."""
    volume: float | None
    """m3, of what is known."""
    specific_energy: float | None
    """kWh/m3."""
    efficiency: float | None
    """0 … 1."""
    night_flow: float | None
    """m3/h between 02:00 and 04:00."""
    out_of_service: float | None
    """Seconds."""
    faults: int | None
    """How often it went out of service, or into fault."""
    trips: float | None
    door_cycles: float | None
    door_reversals: float | None
    as_of: Moment
    restated: int
