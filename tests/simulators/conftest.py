from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import simulators
from facility.clock import NS, from_iso
from facility.inventory import Inventory
from facility.resolve import read_site
from simulators.plant import Plant

ESTATE = Path(simulators.__file__).parent / "estate" / "site.yaml"
WEDNESDAY = from_iso("2026-11-18T10:00:00+08:00")


@cache
def _inventory() -> Inventory:
    return read_site(ESTATE).inventory


class Shown:
    """A plant, and its points by id and by the word of their state."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._index = {p.id: i for i, p in enumerate(plant.inventory.points)}

    def run(self, seconds: float, step: float = 1.0) -> None:
        self.plant.advance(self.plant.time + round(seconds * NS), step=step)

    def __getitem__(self, point: str) -> float:
        return float(self.plant.values[self._index[point]])

    def word(self, point: str) -> str:
        means = self.plant.inventory.points[self._index[point]].means
        return next(s.code for s in means.states if s.value == self[point])

    def within(self, seconds: float, condition: Callable[["Shown"], bool]) -> bool:
        """Whether the condition comes to hold on the plant's clock."""
        for _ in range(int(seconds)):
            if condition(self):
                return True
            self.run(1.0)
        return condition(self)


@pytest.fixture
def inventory() -> Inventory:
    return _inventory()


@pytest.fixture
def shown(inventory: Inventory) -> Shown:
    found = Shown(Plant(inventory, start=WEDNESDAY))
    found.run(60.0)
    return found
