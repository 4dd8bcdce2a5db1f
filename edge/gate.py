"""The edge's own gate: samples that no historian may get are refused with a reason, the others pass."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.batch import Batch
from facility.clock import AHEAD, EARLIEST
from facility.quality import Quality

NOT_FINITE: Final = "the value is not finite"
ABSURD_TIME: Final = "the time is not within 2020 … now + 1 day"
SHOWN: Final = 100
"""So many refused samples of one reason are kept as text; the others are counted."""


@dataclass(slots=True)
class Refused:
    """Samples refused for one reason since it was last recorded."""

    count: int = 0
    start: int = 0
    end: int = 0
    samples: list[str] = field(default_factory=list)
    """`pump-1.flow nan 1790000000000000000`, the first hundred."""

    def add(self, batch: Batch, which: NDArray[np.bool_], names: list[str]) -> None:
        """Count and note the samples of `batch` at `which`."""
        times = batch.time[which]
        self.start = min(self.start or int(times[0]), int(times.min()))
        self.end = max(self.end, int(times.max()))
        self.count += len(times)
        for row in np.flatnonzero(which)[: SHOWN - len(self.samples)].tolist():
            self.samples.append(f"{names[batch.point[row]]} {batch.value[row]} {batch.time[row]}")


def gate(batch: Batch, now: int, names: list[str], refused: dict[str, Refused]) -> Batch:
    """The batch without what may not pass; that goes to `refused`, by reason."""
    absurd = (batch.time < EARLIEST) | (batch.time > now + AHEAD)
    wrong = ~np.isfinite(batch.value) & (batch.quality != Quality.BAD) & ~absurd
    for which, why in ((absurd, ABSURD_TIME), (wrong, NOT_FINITE)):
        if which.any():
            refused.setdefault(why, Refused()).add(batch, which, names)
    keep = ~(absurd | wrong)
    if keep.all():
        return batch
    return replace(
        batch,
        point=batch.point[keep],
        value=batch.value[keep],
        quality=batch.quality[keep],
        reason=batch.reason[keep],
        time=batch.time[keep],
    )
