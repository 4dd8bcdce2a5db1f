"""Replacements of meters on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from cloud.energy.schemas import Amount, MeterView
from cloud.meters.schemas import LONGEST, SHORTEST, Positive
from cloud.wire import Asked, Moment
from facility.energy.apportionment import Apportionment
from facility.words import Frozen, Id

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


class MeterTaken(Frozen):
    """A meter as it is now, and what setting it changed."""

    meter: MeterView
    restated: int
