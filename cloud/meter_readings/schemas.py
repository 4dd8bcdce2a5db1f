"""Readings by hand on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from cloud.energy.schemas import Amount
from cloud.wire import Asked, Moment
from facility.words import Frozen, Id

Shown = Annotated[Decimal, Field(ge=0, lt=10**12, max_digits=18, decimal_places=6)]
"""What the register shows, in the meter's own unit."""


class NewReading(Asked):
    """The body of POST /meter-readings."""

    site: Id
    meter: str = Field(min_length=1, max_length=64)
    at: Moment
    value: Shown
    note: str = Field(default="", max_length=500)
    sure: bool = False
    """Take it although it does not fit the readings around it."""


class MeterReading(Frozen):
    """One reading by hand."""

    id: str
    site: str
    meter: str
    at: Moment
    value: Amount
    unit: str
    source: Literal["form", "csv"]
    note: str
    entered_at: Moment
    entered_by: str
    void_at: Moment | None
    void_by: str | None


class TakenReading(Frozen):
    """A reading that was taken, and what it changed."""

    reading: MeterReading
    restated: int
    """Stated quarter hours that came out otherwise."""


class FileTaken(Frozen):
    """What a file brought."""

    lines: int
    added: int
    unchanged: int
    """Lines that had been entered already: sending a file again changes nothing."""
    skipped: int
    """Lines without a reading: the meter was not read."""
    restated: int
    dry_run: bool
