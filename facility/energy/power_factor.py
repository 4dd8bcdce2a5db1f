"""力调电费: the power factor of a month and what it adds to the bill, by (83)水电财字第215号."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Final

_CENT: Final = Decimal("0.01")
_STEP: Final = Decimal("0.01")


class Standard(StrEnum):
    """The power factor that a customer owes: 0.90 above 160 kVA, 0.85 and 0.80 for smaller and rural ones."""

    NINETY = "0.90"
    EIGHTY_FIVE = "0.85"
    EIGHTY = "0.80"


_BEST: Final = {Standard.NINETY: Decimal("0.95"), Standard.EIGHTY_FIVE: Decimal("0.94"),
                Standard.EIGHTY: Decimal("0.92")}  # fmt: skip
"""Above it no more is given."""
_NINETY: Final = Decimal("0.90")


def power_factor(active: Decimal, reactive: Decimal) -> Decimal:
    """P / √(P² + Q²), two decimals, half up; ValueError without any energy. Same unit for both."""
    if active < 0 or reactive < 0 or (active == 0 and reactive == 0):
        raise ValueError(
            "功率因数须有有功和无功电量,均不为负且不同时为零 · "
            "a power factor needs active and reactive energy, not negative, not both zero"
        )
    with localcontext() as context:
        context.prec = 50
        exact = active / (active * active + reactive * reactive).sqrt()
    return exact.quantize(_CENT, ROUND_HALF_UP)


def adjustment(standard: Standard, pf: Decimal) -> Decimal:
    """What is added, as a share of the base: 0.005 is +0.5 %, negative is given back. `pf` has two decimals.

    Better than the standard: −0.1 % for each 0.01 up to 0.90, −0.15 % above it, down to −0.75 %, −1.10 %, −1.30 %.
    Worse: +0.5 % for each 0.01 down to 0.20 below the standard, then 1 % for five more, then 2 %.
    """
    owed = Decimal(standard.value)
    if not 0 <= pf <= 1 or pf != pf.quantize(_CENT):
        raise ValueError(f"{pf} 不是 0 至 1 之间的两位小数 · {pf} is no power factor of two decimals between 0 and 1")
    if pf >= owed:
        return -_given(owed, min(pf, _BEST[standard]))
    below = int((owed - pf) / _STEP)
    percent = (
        Decimal("0.5") * min(below, 20) + Decimal(1) * min(max(below - 20, 0), 5) + Decimal(2) * max(below - 25, 0)
    )
    return percent / 100


def _given(owed: Decimal, pf: Decimal) -> Decimal:
    to_ninety = max(min(pf, _NINETY) - owed, Decimal(0)) / _STEP
    above = max(pf - max(owed, _NINETY), Decimal(0)) / _STEP
    return (to_ninety * Decimal("0.1") + above * Decimal("0.15")) / 100
