"""Findings of waste on the wire."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from cloud.wire import Asked, Moment
from facility.alarm import OrderClass
from facility.energy.waste import WasteRule
from facility.words import Frozen, Id, Text


class Spread(Frozen):
    """A figure and its range (10 % … 90 %)."""

    low: float
    middle: float
    high: float


class EvidenceHour(Frozen):
    """One of the hours that a finding stands on."""

    at: Moment
    kwh: float


class Evidence(Frozen):
    """What a finding stands on."""

    kwh_month: Spread
    yuan_month: Spread | None
    """null: the meter has no tariff, so no price is known."""
    price: float | None
    """Yuan a kWh, the mean of the hours that were judged."""
    measured: float
    allowed: float
    unit: str
    looked_at: int
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    hours: tuple[EvidenceHour, ...]


class VerifiedSaving(Frozen):
    """After the repair: by the same rule's hours, the days before it against the days after."""

    kwh_day: float
    half_width: float
    """± of a 90 % band."""
    yuan_month: float | None
    distinct: bool
    """Whether the band leaves zero out."""
    days_before: int
    days_after: int


class Finding(Frozen):
    """One finding."""

    id: str
    site: str
    rule: WasteRule
    name: Text
    explains: Text
    meter: str
    meter_name: Text
    open: bool
    evidence: Evidence
    found_at: Moment
    seen_at: Moment
    work_order: str | None
    repaired_on: date | None
    verified: VerifiedSaving | None
    """null: not repaired yet, or under a week of days before or after it."""


class RuleLook(Frozen):
    """What one rule could be asked of: no finding says something only about meters that were judged."""

    rule: WasteRule
    name: Text
    judged: int
    """Meters."""
    found: int
    not_judged: dict[str, Text]
    """Meter → why the rule could not be asked of it."""
    without_points: int
    """Meters beside which the points that the rule needs do not exist."""


class Looked(Frozen):
    """What a look over the site came to."""

    findings: tuple[Finding, ...]
    meters: int
    rules: tuple[RuleLook, ...]
    not_judged: dict[str, str]
    """Meter → why nothing at all could be said."""


class Look(Asked):
    """The body of POST /waste/{site}/look: which days, both included; at most three months."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    meters: tuple[Id, ...] = Field(default=(), max_length=500)
    """Empty: all."""


class OrderForWaste(Asked):
    """The body of POST /waste/{site}/{id}/work-order."""

    order_class: OrderClass = Field(default=OrderClass.ORDINARY, alias="class")
    trade: Id = "electrical"
    note: str = Field(default="", max_length=500)


class Repaired(Asked):
    """The body of POST /waste/{site}/{id}/repaired."""

    on: date
