"""What people set of a site's energy, and temperatures as they are sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from cloud.wire import Asked, Moment
from facility.energy.day_types import HolidayYear
from facility.energy.factor import Factor
from facility.words import Frozen, Id

Area = Annotated[Decimal, Field(gt=0, le=10**9, max_digits=14, decimal_places=2)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class EnergySettings(Asked):
    """Of one site. The floor area of the whole site stands under its own id."""

    area_m2: dict[Id, Area] = Field(default_factory=dict, max_length=500)
    """By area (an area's or a place's id)."""
    factors: tuple[Factor, ...] = Field(default=(), max_length=500)
    """Before the shipped ones."""
    holidays: tuple[HolidayYear, ...] = Field(default=(), max_length=60)
    """In place of the shipped years."""
    weather: Id | None = None
    """The equipment that knows the outdoor temperature; null: the site's first weather station, else what was sent."""


class Versions(Asked):
    """What each part of the settings is now: it changes with what is set, and with nothing else."""

    whole: Version
    areas: Version
    factors: Version
    weather: Version


class HeldSettings(EnergySettings):
    """What holds, and its versions: sent back, they refuse what would undo another's change unseen."""

    versions: Versions


class NewSettings(EnergySettings):
    """The body of PUT /energy-settings/{site}."""

    versions: Versions | None = None
    """Those that were read; null: in place of whatever is there."""


class Part(Asked):
    """One part of the settings, all of it anew."""

    version: Version | None = None
    """The one that was read of this part; null: in place of whatever is there."""


class AreasOnly(Part):
    """The body of PUT /energy-settings/{site}/areas."""

    area_m2: dict[Id, Area] = Field(max_length=500)


class FactorsOnly(Part):
    """The body of PUT /energy-settings/{site}/factors: the site's own, all of them."""

    factors: tuple[Factor, ...] = Field(max_length=500)


class WeatherOnly(Part):
    """The body of PUT /energy-settings/{site}/weather."""

    weather: Id | None


class TemperatureHour(Asked):
    """One hour's mean."""

    at: Moment
    """Any moment of the hour."""
    temperature: float = Field(ge=-70, le=70)
    """°C."""


class TemperatureHours(Asked):
    """The body of POST /energy-settings/{site}/temperatures."""

    hours: tuple[TemperatureHour, ...] = Field(min_length=1, max_length=20_000)


class Taken(Frozen):
    """Which hours were taken."""

    hours: int
    first: Moment
    last: Moment
    dry_run: bool = False


class Temperatures(Frozen):
    """Hourly outdoor temperatures; null where unknown."""

    start: Moment = Field(alias="from")
    source: str
    """The equipment's id, or `sent`."""
    celsius: tuple[float | None, ...]
