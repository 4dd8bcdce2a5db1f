"""Replacements of meters on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from cloud.energy.asked import SiteQuery
from cloud.energy.schemas import Amount, MeterView, Sum
from cloud.meters.schemas import LONGEST, SHORTEST, MeterSettings, Positive
from cloud.wire import Asked, Moment
from facility.energy.apportionment import Apportionment
from facility.words import Frozen, Id, Text

Shown = Annotated[Decimal, Field(ge=0, lt=10**12, max_digits=18, decimal_places=6)]


class NewReplacement(Asked):
    """换表: both registers at the moment of the change, as they are shown."""

    site: Id
    at: Moment
    removed: Shown
    """What the old meter showed last."""
    installed: Shown
    """What the new one showed first."""
    width: Positive | None = None
    """Of the new one; null: as before."""
    multiplier: Positive | None = None
    note: str = Field(default="", max_length=500)
    sure: bool = False
    """Take it although it does not fit the readings around it, or the usual use."""


class ReplacementView(Frozen):
    """One replacement."""

    id: str
    site: str
    meter: str
    at: Moment
    removed: Amount
    installed: Amount
    unit: str
    width: Amount | None
    multiplier: str | None
    note: str
    entered_at: Moment
    entered_by: str


class NewApportionment(Apportionment, Asked):
    """The body of PUT /apportionments/{id}."""


class Replaced(Frozen):
    """What a replacement changed."""

    replacement: ReplacementView
    restated: int
    """Stated quarter hours that came out otherwise."""


class ReadingPeriod(Asked):
    """The body of PUT /meters/{id}/reading-period."""

    reading_period: int | None = Field(ge=SHORTEST, le=LONGEST)
    """抄表周期 in seconds; null: as is usual for its kind."""


class UseView(Frozen):
    """One use that a meter may have."""

    id: str
    name: Text
    group: str
    group_name: Text
    source: str
    """Its sign in the national guideline, `C1`; empty for what a property office adds."""


class SettingQuery(SiteQuery):
    """How settings are taken."""

    dry_run: bool = False
    """Only say what they would bring."""


class MeterTaken(Frozen):
    """A meter as it is now, and what setting it changed."""

    meter: MeterView
    restated: int
    month: Sum | None = None
    """Of a virtual meter that was only tried: what it comes to over the last 30 days."""


class MeterSet(Frozen):
    """What is set of a meter, what holds, and what would hold of it if nothing were set."""

    settings: MeterSettings
    meter: MeterView
    inventory: MeterView | None
    """As the gateway says by itself; null of a manual or virtual meter."""
