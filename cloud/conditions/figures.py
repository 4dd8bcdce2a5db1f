"""All figures of a machine that its points allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cloud.conditions import words
from cloud.conditions.figure import Seen
from cloud.conditions.schemas import Figure
from cloud.conditions.service_figures import availability, down_figure, mean_hours, reversals, trips
from cloud.conditions.use_figures import balance, run_hours, starts_per_hour
from cloud.conditions.water_figures import efficiency, night_flow, specific_energy
from facility.clock import NS


def figures(machine: Seen) -> tuple[Figure, ...]:
    """In a fixed order."""
    found = (make(machine) for make in _FIGURES)
    return tuple(figure for figure in found if figure is not None)


_FIGURES: Final[tuple[Callable[[Seen], Figure | None], ...]] = (
    specific_energy,
    efficiency,
    starts_per_hour,
    balance,
    run_hours,
    night_flow,
    availability,
    down_figure(words.OUT_OF_SERVICE, lambda down: down.held / 60 / NS),
    down_figure(words.MTBF, lambda down: mean_hours(down.known - down.held, down.begins)),
    down_figure(words.MTTR, lambda down: mean_hours(down.held, down.begins)),
    trips,
    reversals,
)
