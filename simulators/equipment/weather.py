"""A weather station: the sky, as its sensors read it."""

from __future__ import annotations

from simulators.behaviour import EquipmentBehaviour, Stage
from simulators.faults import kind


class Behaviour(EquipmentBehaviour):
    """Shows the building's sky with the sensors' noise."""

    STAGE = Stage.SOURCE
    FAULTS = (kind("frost", "气温骤降到零下(10 分钟后报警)", "The temperature drops below zero (told after 10 min)"),)

    def step(self, seconds: float) -> None:
        del seconds
        sky = self.premises.sky
        temperature = -4.0 if "frost" in self.faults else sky.temperature
        self.points.put_all(
            temperature=temperature + self.noise.normal(0.05),
            humidity=min(100.0, max(0.0, sky.humidity + self.noise.normal(0.4))),
            illuminance=max(0.0, sky.illuminance * (1.0 + self.noise.normal(0.01))),
        )
