"""The units that counters come in, and the one unit of each kind in which amounts are added up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.energy.intervals import MILLIONTHS
from facility.errors import nearest


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit (UCUM): `factor` of them in the unit in which the ledger counts."""

    ledger: str
    factor: Decimal


_KILO, _GIGA_JOULE = Decimal("0.001"), Decimal(1)
MEASURES: Final = {
    "W.h": Measure("kW.h", _KILO),
    "kW.h": Measure("kW.h", Decimal(1)),
    "MW.h": Measure("kW.h", Decimal(1000)),
    "kvar.h": Measure("kvar.h", Decimal(1)),
    "L": Measure("m3", _KILO),
    "m3": Measure("m3", Decimal(1)),
    "MJ": Measure("GJ", _KILO),
    "GJ": Measure("GJ", _GIGA_JOULE),
    "kg": Measure("t", _KILO),
    "t": Measure("t", Decimal(1)),
}
"""Electricity, reactive energy, water and gas, heat and cold, steam."""
LEDGER_UNITS: Final = tuple(dict.fromkeys(measure.ledger for measure in MEASURES.values()))


def measure_of(unit: str) -> Measure:
    """ValueError for a unit that nothing is counted in."""
    if unit not in MEASURES:
        raise ValueError(f"nothing is counted in {unit!r}; there are {', '.join(MEASURES)}{nearest(unit, MEASURES)}")
    return MEASURES[unit]


def millionths(values: NDArray[np.float64], unit: str) -> NDArray[np.int64]:
    """Register values in `unit` as whole millionths of the ledger's unit; to the millionth up to 10^9 units."""
    scale = float(measure_of(unit).factor.scaleb(MILLIONTHS))
    return np.rint(values * scale).astype(np.int64)


def millionths_of(value: Decimal, unit: str) -> int:
    """The same of one value that a person wrote."""
    return int((value * measure_of(unit).factor).scaleb(MILLIONTHS).to_integral_value())
