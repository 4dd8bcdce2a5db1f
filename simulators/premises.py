"""What the equipment of one building share: time, sky, water, power, fire, rounds. Couplings go through here only."""

from __future__ import annotations

from dataclasses import dataclass, field

from facility.batch import Note
from facility.inventory import Inventory
from simulators import water
from simulators.calendar import Calendar
from simulators.fire import Fire
from simulators.noise import Noise
from simulators.power import PowerNet
from simulators.rounds import Rounds
from simulators.sky import Sky
from simulators.water import PumpUnit, WaterSupply


@dataclass(slots=True)
class Premises:
    """The shared state of one plant."""

    inventory: Inventory
    calendar: Calendar
    sky: Sky
    water: WaterSupply
    pumps: dict[str, PumpUnit]
    power: PowerNet
    fire: Fire
    rounds: Rounds
    notes: list[Note] = field(default_factory=list)

    def step(self, seconds: float) -> None:
        """Move what belongs to no single equipment and must be known before they move."""
        self.sky.step(seconds)
        self.water.step(seconds)


def build(inventory: Inventory, start: int, seed: int) -> Premises:
    """The building of an inventory at UTC ns `start`."""
    calendar = Calendar(inventory.timezone, start)
    sky = Sky(calendar, Noise(seed, "sky"))
    supply, pumps = water.supply(inventory, calendar, Noise(seed, "water"))
    return Premises(
        inventory=inventory,
        calendar=calendar,
        sky=sky,
        water=supply,
        pumps=pumps,
        power=PowerNet(inventory, calendar, sky, Noise(seed, "power")),
        fire=Fire(inventory, Noise(seed, "fire")),
        rounds=Rounds(inventory, calendar, Noise(seed, "rounds")),
    )
