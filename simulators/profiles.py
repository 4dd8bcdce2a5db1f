"""How much of a thing people use at an hour of a day: 24 figures a curve, mean 1, by kind of day.

The shapes follow what domestic water and load studies agree on (a sharp morning and an evening peak on workdays,
a late and flat morning at weekends); the figures are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from simulators.calendar import DayKind

Curve: TypeAlias = tuple[float, ...]


def _curve(*figures: float, level: float = 1.0) -> Curve:
    mean = sum(figures) / len(figures)
    return tuple(f / mean * level for f in figures)


def at(curve: Curve, hour: float) -> float:
    """The curve's figure at an hour of the day, between its whole hours in a straight line."""
    whole = int(hour)
    part = hour - whole
    return curve[whole % 24] * (1.0 - part) + curve[(whole + 1) % 24] * part


Profile: TypeAlias = Mapping[DayKind, Curve]


def _profile(workday: Sequence[float], weekend: Sequence[float], festival: Sequence[float], away: float) -> Profile:
    """`away`: what is left at Spring Festival of a workday's total."""
    free = _curve(*weekend, level=1.06)
    return {
        DayKind.WORKDAY: _curve(*workday),
        DayKind.WEEKEND: free,
        DayKind.HOLIDAY: free,
        DayKind.FESTIVAL: _curve(*festival, level=away),
    }


WATER: Final = _profile(
    (14, 8, 6, 5, 6, 18, 62, 98, 74, 40, 32, 44, 52, 36, 26, 26, 34, 58, 84, 96, 98, 82, 52, 28),
    (20, 12, 8, 6, 6, 10, 24, 48, 74, 84, 78, 74, 72, 56, 44, 42, 48, 60, 76, 84, 86, 74, 54, 34),
    (26, 16, 8, 6, 6, 10, 24, 44, 62, 72, 84, 92, 76, 52, 44, 46, 60, 76, 74, 66, 60, 56, 46, 36),
    0.62,
)
HOUSEHOLD: Final = _profile(
    (38, 32, 30, 29, 29, 32, 48, 62, 52, 44, 42, 50, 58, 48, 42, 42, 48, 66, 92, 108, 112, 102, 78, 54),
    (44, 36, 32, 30, 30, 32, 38, 48, 62, 68, 66, 72, 76, 64, 58, 58, 62, 74, 94, 106, 108, 98, 80, 58),
    (56, 44, 36, 32, 30, 32, 38, 46, 58, 66, 76, 88, 78, 62, 56, 60, 74, 92, 96, 94, 92, 86, 76, 66),
    0.7,
)
MOVEMENT: Final = _profile(
    (3, 1, 1, 1, 2, 12, 62, 118, 92, 44, 36, 48, 52, 40, 34, 40, 62, 108, 116, 78, 52, 36, 20, 8),
    (5, 2, 1, 1, 2, 6, 18, 36, 62, 76, 80, 72, 60, 52, 58, 64, 68, 72, 70, 58, 46, 36, 24, 12),
    (10, 4, 2, 1, 2, 4, 10, 28, 60, 84, 88, 70, 54, 48, 58, 64, 60, 48, 44, 46, 44, 38, 26, 16),
    0.75,
)
"""People going in and out: lifts, doors, barriers."""

CHARGING: Final = _profile(
    (150, 142, 120, 96, 70, 48, 30, 18, 14, 14, 16, 20, 24, 22, 18, 16, 18, 26, 42, 58, 72, 88, 128, 152),
    (140, 130, 110, 88, 64, 44, 28, 18, 18, 22, 28, 34, 38, 36, 32, 30, 32, 36, 46, 58, 72, 90, 122, 144),
    (120, 110, 96, 78, 60, 42, 28, 20, 22, 30, 38, 42, 44, 42, 38, 36, 36, 38, 42, 50, 60, 74, 98, 116),
    0.55,
)
OFFICE: Final = _profile(
    (40, 40, 40, 40, 40, 42, 52, 80, 120, 130, 130, 126, 116, 124, 128, 128, 124, 108, 80, 64, 56, 50, 44, 42),
    (42, 42, 42, 42, 42, 44, 50, 60, 74, 80, 80, 80, 78, 80, 80, 80, 78, 72, 64, 58, 54, 50, 46, 44),
    (42, 42, 42, 42, 42, 44, 50, 56, 62, 66, 66, 66, 64, 66, 66, 66, 64, 60, 56, 54, 52, 50, 46, 44),
    0.85,
)
GARDENS: Final = _profile(
    (1, 1, 1, 1, 1, 30, 96, 60, 6, 2, 2, 2, 2, 2, 2, 2, 10, 60, 84, 20, 2, 1, 1, 1),
    (1, 1, 1, 1, 1, 10, 60, 80, 20, 2, 2, 2, 2, 2, 2, 2, 10, 60, 84, 20, 2, 1, 1, 1),
    (1, 1, 1, 1, 1, 2, 10, 20, 10, 2, 2, 2, 2, 2, 2, 2, 4, 10, 12, 4, 2, 1, 1, 1),
    0.4,
)
