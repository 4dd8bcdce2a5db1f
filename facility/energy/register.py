"""A meter's register: how wide it is, in what steps it counts, and how fast it can have moved at the most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from facility.clock import NS
from facility.energy.intervals import F8, I8
from facility.energy.units import measure_of, millionths_of

SLACK: Final = 60 * NS
"""What may flow in a minute is allowed on top: samples carry the time of the answer, not of the count."""
_BITS: Final = {"uint16": 16, "int16": 15, "uint32": 32, "int32": 31}
_DEFAULT_MOST: Final = {"kW.h": Decimal(2_000), "kvar.h": Decimal(2_000), "m3": Decimal(500)}
_ELSE: Final = Decimal(1_000)


@dataclass(frozen=True, slots=True)
class Register:
    """All amounts in millionths of the ledger's unit, as the register shows them, before the multiplier."""

    unit: str
    """The ledger's: `kW.h`, `m3`."""
    most: int
    """Flows in an hour at the most. Only tells a roll-over from a set-back and a stray reading from a true one."""
    modulus: int | None = None
    """Shows 0 instead of it: 1_000_000 kW.h of a six-digit register. None: never rolls over."""
    step: int = 0
    """The least that it can count."""
    float32: bool = False
    """Sent as a 32-bit float: its step grows with what it shows, 7.8 W.h at 100 MW.h."""
    multiplier: Fraction = Fraction(1)
    """倍率: what is used is so many times what the register moves."""

    def fits(self, rise: int, duration: int) -> bool:
        """Whether it can have moved so far in so many nanoseconds."""
        return rise * 3_600 * NS <= self.most * (duration + SLACK) + self.step * 3_600 * NS

    def steps(self, amount: I8) -> F8:
        """The register's own step at each of these values, in millionths."""
        fixed = np.full(len(amount), float(self.step))
        if not self.float32:
            return fixed
        floats: F8 = np.spacing(np.abs(amount / 1e6).astype(np.float32)).astype(np.float64)
        coarse: F8 = np.maximum(fixed, floats * 1e6)
        return coarse


def most_of(unit: str, rated: Decimal | None) -> int:
    """What can flow in an hour: three times the name-plate figure, or what no building's meter exceeds."""
    hourly = rated * 3 if rated else _DEFAULT_MOST.get(unit, _ELSE)
    return int(hourly.scaleb(6))


def register_of(unit: str, address: Mapping[str, Any], most: int) -> Register:
    """What the wire address of a counter says about its register: type and scale, width only of small integers."""
    measure = measure_of(unit)
    kind = str(address.get("type", ""))
    scale = Decimal(str(address.get("scale", 1)))
    if kind not in _BITS:
        whole = kind in ("uint64", "int64")
        step = millionths_of(scale, unit) if whole else 0
        return Register(measure.ledger, most, step=step, float32=kind == "float32")
    return Register(
        measure.ledger, most, modulus=millionths_of(scale * 2 ** _BITS[kind], unit), step=millionths_of(scale, unit)
    )
