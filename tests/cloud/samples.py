"""A stand-in for the historian: it has one value for every series, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from cloud.historian.base import Buckets, Latest, Series
from cloud.historian.grid import grid_of


class Samples:
    """Answers `latest`, and empty buckets; everything else of a Historian is asked of nobody here."""

    def __init__(self) -> None:
        self.value = float("nan")
        self.at = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def latest(self, series: Sequence[Series]) -> Latest:
        n = len(series)
        return Latest(
            series=tuple(series),
            at=np.full(n, self.at, np.int64),
            value=np.full(n, self.value),
            quality=np.zeros(n, np.uint8),
            reason=np.zeros(n, np.uint8),
            text=("",) * n,
        )

    async def series(self, series: Sequence[Series], start: int, end: int, buckets: int) -> list[Buckets]:
        """Nothing was ever written."""
        grid = grid_of(start, end, buckets)
        no, none = np.zeros(grid.count), np.full(grid.count, np.nan)
        count, silent = no.astype(np.int64), np.ones(grid.count)
        columns = (count, none, none, none, none, none, no, no, silent)
        return [Buckets(each, grid.width, grid.starts, *columns) for each in series]

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody should ask this historian for {name}")
