"""The weather of a city at 31° N on China's east coast: temperature, humidity, light; by season, hour and chance."""

from __future__ import annotations

import math
from typing import Final

from simulators.calendar import Calendar
from simulators.noise import Noise

LATITUDE: Final = math.radians(31.2)
_FULL_SUN: Final = 105_000.0
"""lx on level ground under a clear zenith sun."""


class Wander:
    """A value that strays around 0 and comes back (Ornstein-Uhlenbeck): right for any length of step."""

    def __init__(self, noise: Noise, deviation: float, seconds: float) -> None:
        self._noise = noise
        self._deviation = deviation
        self._seconds = seconds
        self._for = (-1.0, 0.0, 0.0)
        self.value = noise.normal(deviation)

    def step(self, seconds: float) -> float:
        """Go on by `seconds`; the new value."""
        if self._for[0] != seconds:
            keep = math.exp(-seconds / self._seconds)
            self._for = (seconds, keep, self._deviation * math.sqrt(1.0 - keep * keep))
        self.value = self.value * self._for[1] + self._noise.normal(self._for[2])
        return self.value


class Sky:
    """temperature Cel, humidity %, illuminance lx, outdoors."""

    def __init__(self, calendar: Calendar, noise: Noise) -> None:
        self._calendar = calendar
        self._front = Wander(noise, 2.2, 2 * 86_400.0)
        self._cloud = Wander(noise, 0.25, 4 * 3600.0)
        self.temperature = self.humidity = self.illuminance = 0.0
        self.step(1.0)

    def step(self, seconds: float) -> None:
        """Go on by `seconds`."""
        day, hour = self._calendar.day_of_year, self._calendar.hour
        cloud = min(1.0, max(0.0, 0.45 + self._cloud.step(seconds)))
        season = 16.8 - 11.8 * math.cos(2 * math.pi * (day - 22) / 365.25)
        swing = (4.6 - 2.6 * cloud) * math.cos(2 * math.pi * (hour - 14.5) / 24.0)
        self.temperature = season + swing + self._front.step(seconds)
        self.humidity = min(98.0, max(28.0, 72.0 + 18.0 * (cloud - 0.45) - 4.0 * swing))
        self.illuminance = _FULL_SUN * max(0.0, sun_height(day, hour)) * (1.0 - 0.78 * cloud) + 0.4

    @property
    def dark(self) -> bool:
        """Dark enough for the lamps outdoors."""
        return self.illuminance < 60.0


def sun_height(day_of_year: int, hour: float) -> float:
    """Sine of the sun's elevation (Cooper's declination; solar noon at 12 h)."""
    declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + day_of_year) / 365.0)
    angle = math.radians(15.0 * (hour - 12.0))
    return math.sin(LATITUDE) * math.sin(declination) + math.cos(LATITUDE) * math.cos(declination) * math.cos(angle)
