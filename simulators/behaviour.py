"""What every file in simulators/equipment offers: a class `Behaviour` of this kind."""

# ruff: noqa: B027 - a behaviour overrides what concerns it; for most a fire changes nothing

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from facility.batch import Note, Scalar
from facility.inventory import InventoryEquipment
from facility.site import Effect
from simulators.faults import ActiveFault, FaultKind, Faults
from simulators.noise import Noise
from simulators.premises import Premises
from simulators.terminals import Terminals


class Stage(IntEnum):
    """When in a step an equipment moves: what others depend on first, what measures others last."""

    SOURCE = 0
    CONSUMER = 1
    METER = 2


@dataclass(frozen=True, slots=True)
class Context:
    """Where an equipment stands."""

    equipment: InventoryEquipment
    terminals: Terminals
    premises: Premises
    faults: Faults
    noise: Noise
    counters: Mapping[str, float]
    """What counters stood at before, by point id."""


class EquipmentBehaviour(ABC):
    """How one equipment moves and fails. Its `step` sets its points; it meets others only in the building."""

    FAULTS: ClassVar[tuple[FaultKind, ...]] = ()
    STAGE: ClassVar[Stage] = Stage.CONSUMER

    def __init__(self, context: Context) -> None:
        self.id = context.equipment.id
        self.equipment = context.equipment
        self.points = context.terminals
        self.premises = context.premises
        self.faults = context.faults
        self.noise = context.noise
        self._counters = context.counters

    def prepare(self) -> None:
        """Tell the building what ails this equipment, before anything moves."""

    @abstractmethod
    def step(self, seconds: float) -> None:
        """Go on by `seconds`, ending at premises.calendar.now."""

    def check(self, fault: str, arguments: Mapping[str, str]) -> None:
        """ConfigError where an argument can't be; called before a fault is put in."""

    def happen(self, fault: ActiveFault) -> None:
        """A momentary fault happens."""

    def cleared(self, fault: str | None) -> None:
        """A fault, or all, were taken out."""

    def commanded(self, effect: Effect) -> None:
        """The fire panel has sent the command for an effect."""

    def answered(self, effect: Effect) -> None:
        """The effect comes about."""

    def released(self, effect: Effect) -> None:
        """The fire is over: back to normal."""

    @property
    def now(self) -> int:
        """UTC ns at the end of this step."""
        return self.premises.calendar.now

    def rated(self, name: str, default: float) -> float:
        """A name-plate figure."""
        return self.equipment.rated.get(name, default)

    def begins(self, counter: str, otherwise: float) -> float:
        """Where a counter goes on from: what it stood at before, else a figure of a building some years old."""
        return self._counters.get(f"{self.id}.{counter}", otherwise)

    def note(self, point: str, at: int, data: Mapping[str, Scalar]) -> None:
        """A message of an event point; nothing where the device has no such point."""
        if self.points.has(point):
            self.premises.notes.append(Note(self.points.index(point), at, dict(data)))
