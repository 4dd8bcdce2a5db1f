"""What every wire of the simulated building offers: it shows the plant, and it can be broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facility.batch import F8, Note
from facility.inventory import InventoryEquipment
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """One equipment on a wire, and the row of its first point in the plant's values."""

    equipment: InventoryEquipment
    first: int


class Face(AbstractAsyncContextManager["Face"], Protocol):
    """One line of the site, from the device's side."""

    faults: Mapping[str, Text]
    """Fault of the wire → what it does."""

    @property
    def connection(self) -> dict[str, Any]:
        """The keys of this line in site.yaml, with the port that was free; known once it is open."""

    async def show(self, values: F8, time: int, notes: Sequence[Note]) -> None:
        """Show the plant as it is now."""

    async def inject(self, fault: str, unit: str | None, arguments: Mapping[str, str]) -> None:
        """Break the line, or one equipment on it."""

    async def clear(self, fault: str | None, unit: str | None) -> None:
        """Mend it; None: every fault."""


MakeFace = Callable[[str, Mapping[str, Any], Sequence[Shown], Callable[[int], str]], Face]
"""(name of the line, its keys in site.yaml, what is on it, text of a point by row) → its face."""


def changed(new: F8, old: F8) -> NDArray[np.bool_]:
    """Where two rows of values differ; NaN equals NaN."""
    same: NDArray[np.bool_] = (new == old) | (np.isnan(new) & np.isnan(old))
    return ~same
