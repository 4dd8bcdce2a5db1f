"""A pump's figures: energy for the water, efficiency from the wire to the water, and how often its motor may start."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

WATER: Final = 1000.0
"""kg/m3."""
GRAVITY: Final = 9.81
"""m/s2."""
KW_OF_HP: Final = 0.7457


def hydraulic_kw(flow: float, head: float) -> float:
    """ρ·g·Q·H in kW; `flow` in m3/h, `head` in m."""
    return WATER * GRAVITY * flow / 3600.0 * head / 1000.0


def head_of(rise: float) -> float:
    """The head in m that a rise of pressure in MPa stands for; speed and height of the gauges are left out."""
    return rise * 1e6 / (WATER * GRAVITY)


def efficiency(flow: float, head: float, power: float) -> float:
    """From the wire to the water, 0 … 1; `power` in kW."""
    return hydraulic_kw(flow, head) / power


def specific_energy(flow: float, power: float) -> float:
    """KWh for each m3."""
    return power / flow


@dataclass(frozen=True, slots=True)
class StartLimit:
    """What a motor stands, direct on line."""

    starts_per_hour: float
    rest: float
    """Seconds that it stands still between two starts, at the least."""
    horsepower: float
    """The row of the table."""
    poles: int
    assumed_poles: bool
    """The name plate does not say them: the strictest column."""


_ROWS: Final = (1.0, 5.0, 10.0, 20.0, 30.0, 50.0, 100.0, 200.0)
_COLUMNS: Final[dict[int, tuple[tuple[float, float], ...]]] = {
    2: ((15, 75), (8.1, 83), (6.2, 92), (4.8, 110), (4.1, 120), (3.4, 145), (2.6, 220), (2.0, 600)),
    4: ((30, 38), (16.3, 42), (12.5, 46), (9.6, 55), (8.2, 60), (6.8, 72), (5.2, 110), (4.0, 300)),
    6: ((34, 33), (18.4, 37), (14.2, 41), (10.9, 48), (9.3, 53), (7.7, 64), (5.9, 97), (4.5, 265)),
}
"""Poles → (starts an hour, seconds of rest) of each row: NEMA MG 10 table 2-3, as the EASA handbook prints it."""
SOURCE: Final = "NEMA MG 10, table 2-3"


def start_limit(kilowatts: float, poles: int | None = None) -> StartLimit | None:
    """For a motor of so many kW: the next larger row; None above the table's last one, or for other poles."""
    if kilowatts <= 0 or (poles is not None and poles not in _COLUMNS):
        return None
    place = bisect_left(_ROWS, kilowatts / KW_OF_HP - 1e-9)
    if place == len(_ROWS):
        return None
    starts, rest = _COLUMNS[poles or 2][place]
    return StartLimit(starts, rest, _ROWS[place], poles or 2, assumed_poles=poles is None)
