"""Random numbers one at a time, drawn from numpy in blocks: the same seed and name give the same building."""

from __future__ import annotations

import zlib

import numpy as np

_BLOCK = 2048


class Noise:
    """One source of chance. Two names with one seed are independent, so more equipment changes no other."""

    def __init__(self, seed: int, name: str) -> None:
        self.rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        self._normals: list[float] = []
        self._uniforms: list[float] = []

    def normal(self, scale: float = 1.0) -> float:
        """A draw around 0 with standard deviation `scale`."""
        if not self._normals:
            self._normals = self.rng.standard_normal(_BLOCK).tolist()
        return self._normals.pop() * scale

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A draw from [low, high)."""
        if not self._uniforms:
            self._uniforms = self.rng.random(_BLOCK).tolist()
        return low + self._uniforms.pop() * (high - low)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.uniform() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def waiting(self, per_hour: float) -> float:
        """Seconds until the next of a Poisson stream with this many an hour; infinite for none."""
        return float("inf") if per_hour <= 0 else -np.log1p(-self.uniform()) * 3600.0 / per_hour
