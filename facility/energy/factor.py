"""Factors from energy to standard coal (kgce) and carbon (kgCO₂e): dated, sourced, a site's own before the shipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import Field

from facility import yaml_source
from facility.words import Frozen

SHIPPED: Final = Path(__file__).parent / "factors" / "shipped.yaml"


class Quantity(StrEnum):
    """What energy is turned into."""

    STANDARD_COAL = "standard_coal"
    """kgce."""
    CARBON = "carbon"
    """kgCO₂e."""


class Factor(Frozen):
    """So many kg for one unit, from a day on. `medium` tells gas from water where both are m3."""

    unit: str = Field(min_length=1, max_length=16)
    quantity: Quantity
    medium: str = Field(default="", max_length=16)
    per_unit: Decimal = Field(ge=0, le=100_000)
    start: date = Field(alias="from")
    source: str = Field(min_length=1, max_length=300)


class Factors(Frozen):
    """A list of them."""

    factors: tuple[Factor, ...] = Field(default=(), max_length=500)


@cache
def shipped_factors() -> tuple[Factor, ...]:
    """Those that ship."""
    source = yaml_source.load(SHIPPED)
    return source.right(yaml_source.check(Factors, source)).factors


def factor_on(own: Sequence[Factor], quantity: Quantity, unit: str, day: date, medium: str = "") -> Factor | None:
    """The newest of the site's own that holds on the day, else of the shipped ones; None: nothing is known."""
    for among in (own, shipped_factors()):
        fits = [f for f in among if (f.quantity, f.unit, f.medium) == (quantity, unit, medium) and f.start <= day]
        if fits:
            return max(fits, key=lambda factor: factor.start)
    return None
