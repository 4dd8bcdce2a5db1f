"""What an event brings about: each noun registers its functions for the types of event that concern it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
Together = Callable[[Connection, Sequence[Arrival]], None]
_effects: dict[type[Frozen], list[Effect]] = {}
_together: dict[type[Frozen], Together] = {}


def on(*types: type[Frozen]) -> Callable[[Effect], Effect]:
    """Register a function for types of event; it runs in the transaction that accepts the event."""

    def register(effect: Effect) -> Effect:
        for kind in types:
            registered = _effects.setdefault(kind, [])
            if effect not in registered:
                registered.append(effect)
        return effect

    return register


def together(*types: type[Frozen]) -> Callable[[Together], Together]:
    """Register a function for a run of events of these types, in their order; it goes before those of `on`."""

    def register(effect: Together) -> Together:
        for kind in types:
            _together[kind] = effect
        return effect

    return register


def apply(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    """Bring about all that the events mean, in their order."""
    start = 0
    while start < len(arrivals):
        effect = _together.get(type(arrivals[start].event.data))
        end = start + 1
        while end < len(arrivals) and effect is not None and _together.get(type(arrivals[end].event.data)) is effect:
            end += 1
        run = arrivals[start:end]
        if effect is not None:
            effect(connection, run)
        for arrival in run:
            for single in _effects.get(type(arrival.event.data), ()):
                single(connection, arrival)
        start = end
