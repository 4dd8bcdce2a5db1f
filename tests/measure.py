"""Figures with targets, and the mark of the functions that measure them: `tests/bench/` and `tests/proofs/`.

A measuring function stands in `tests/{bench,proofs}/<area>_<what>.py`, carries `@measure(area="<area>")`, may be async,
and returns one `Figure` or several. `scripts/measurements.py` finds and runs them: `make bench`, `make prove`.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Self, TypeVar


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value: `target` is what it is held to, in words; `how` says how it was measured."""

    name: str
    value: float | None
    unit: str
    target: str
    ok: bool
    how: str

    @classmethod
    def at_most(cls, name: str, value: float, unit: str, limit: float, how: str) -> Self:
        """Good while the value does not exceed the limit."""
        return cls(name, value, unit, f"≤ {limit:g}", value <= limit, how)

    @classmethod
    def at_least(cls, name: str, value: float, unit: str, limit: float, how: str) -> Self:
        """Good while the value reaches the limit."""
        return cls(name, value, unit, f"≥ {limit:g}", value >= limit, how)

    @classmethod
    def exactly(cls, name: str, value: float, unit: str, expected: float, how: str) -> Self:
        """Good only at this value: lost events, doubled alarms."""
        return cls(name, value, unit, f"= {expected:g}", value == expected, how)

    @classmethod
    def noted(cls, name: str, value: float, unit: str, how: str) -> Self:
        """A value without a target, for the record."""
        return cls(name, value, unit, "", ok=True, how=how)

    @classmethod
    def failed(cls, name: str, how: str) -> Self:
        """A measurement that did not come to its end."""
        return cls(name, None, "", "runs to its end", ok=False, how=how)


Measured = Figure | Iterable[Figure] | Awaitable[Figure | Iterable[Figure]]
Measurement = TypeVar("Measurement", bound=Callable[[], Measured])


def measure(*, area: str) -> Callable[[Measurement], Measurement]:
    """Mark a function as a measurement of an area: edge, cloud, drivers, historian …"""

    def mark(function: Measurement) -> Measurement:
        function.__dict__["area"] = area
        return function

    return mark
