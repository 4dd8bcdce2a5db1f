"""How an amount came to be: six words, the worse the higher."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facility.words import Text


class AmountQuality(IntEnum):
    """Of an interval; of several intervals together the highest one in them."""

    MEASURED = 0
    """The register was read around both edges."""
    INTERPOLATED = 1
    """An edge lies between two readings no further apart than the meter's reading period allows."""
    ESTIMATED = 2
    """An edge lies in a longer silence: right in sum over the silence, its place in time is a guess."""
    CHANGED = 3
    """The meter was replaced in it; both meters' registers are known."""
    RESET = 4
    """The register was set back in it: what is counted is the least that it can have been."""
    MISSING = 5
    """The register is unknown at an edge: there is no amount, and that is not a zero."""

    @property
    def word(self) -> str:
        """Lower-case word for the API."""
        return self.name.lower()


def placed(quality: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Of a column of qualities: whether it is known when the amount was used."""
    known: NDArray[np.bool_] = (quality <= AmountQuality.INTERPOLATED) | (quality == AmountQuality.CHANGED)
    return known


NAMES: Final = {
    AmountQuality.MEASURED: Text(zh="实测", en="Measured"),
    AmountQuality.INTERPOLATED: Text(zh="插补", en="Interpolated"),
    AmountQuality.ESTIMATED: Text(zh="估算", en="Estimated"),
    AmountQuality.CHANGED: Text(zh="换表", en="Meter replaced"),
    AmountQuality.RESET: Text(zh="读数回零", en="Register set back"),
    AmountQuality.MISSING: Text(zh="缺数", en="Missing"),
}
"""As people read them."""
