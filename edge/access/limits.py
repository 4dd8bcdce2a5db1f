"""What a door's rules ask of its watch: times in ns, and how often within what window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from facility.access import DoorFinding, Entrance
from facility.alarm import DoorCount, DoorTime
from facility.clock import NS
from facility.inventory import InventoryEquipment

UNLOCK: Final = 5 * NS
"""A grant is good so long for opening the door, where no rule says otherwise."""


@dataclass(frozen=True, slots=True)
class Often:
    """So many times within a window (ns)."""

    times: int
    window: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one door. `times`: finding → ns; `counts`: finding → how often; what no rule asks for is not there."""

    entrance: Entrance = Entrance.LOBBY
    times: Mapping[DoorFinding, int] = field(default_factory=dict)
    counts: Mapping[DoorFinding, Often] = field(default_factory=dict)
    tells_grants: bool = True
    """It sends a message for each grant: only then an opening without one says something."""

    @property
    def unlock(self) -> int:
        """How long a grant is good for opening the door, ns."""
        return self.times.get(DoorFinding.FORCED_OPEN, UNLOCK)


def limits_of(item: InventoryEquipment) -> Limits:
    """From the rules of an equipment, as the site has changed them."""
    conditions = [r.condition for r in item.rules]
    return Limits(
        entrance=item.entrance or Entrance.LOBBY,
        times={c.finding: round(c.over * NS) for c in conditions if isinstance(c, DoorTime)},
        counts={c.finding: Often(c.times, round(c.window * NS)) for c in conditions if isinstance(c, DoorCount)},
        tells_grants=any(p.point == "granted" for p in item.points),
    )
