"""What an event brings about: each noun registers its functions for the types of event that concern it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from facility.clock import NS
from facility.event import Event
from facility.words import Frozen

LATE: Final = 60 * NS
"""An event that arrives longer after it was written down comes from a backlog."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that has been accepted, and when."""

    event: Event
    now: int
    passed_at: int | None = None
    """Of a raised alarm: when it cleared, if that came late and in the same delivery: history, no news."""

    @property
    def late(self) -> bool:
        """Whether it waited in a backlog."""
        return self.event.replayed or self.now - self.event.recorded_at > LATE


Effect = Callable[[Connection, Arrival], None]
_effects: dict[type[Frozen], list[Effect]] = {}


def on(*types: type[Frozen]) -> Callable[[Effect], Effect]:
    """Register a function for types of event; it runs in the transaction that accepts the event."""

    def register(effect: Effect) -> Effect:
        for kind in types:
            registered = _effects.setdefault(kind, [])
            if effect not in registered:
                registered.append(effect)
        return effect

    return register


def apply(connection: Connection, arrival: Arrival) -> None:
    """Bring about all that the event means."""
    for effect in _effects.get(type(arrival.event.data), ()):
        effect(connection, arrival)
