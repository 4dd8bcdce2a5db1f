"""Guards on their rounds: who walks which route when, and past which reader at what moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from facility.clock import NS
from facility.inventory import Inventory
from facility.site import Route
from simulators.agenda import Agenda
from simulators.calendar import DAY, Calendar
from simulators.noise import Noise


@dataclass(frozen=True, slots=True)
class Read:
    """A guard holds his tag to a reader, or would: a missed checkpoint is walked past."""

    reader: str
    tag: str
    guard: str
    at: int


class Rounds:
    """Each route at each of its starts, a little late or not, leg by leg inside the windows of its checkpoints."""

    def __init__(self, inventory: Inventory, calendar: Calendar, noise: Noise) -> None:
        self._calendar = calendar
        self._noise = noise
        self._agenda = Agenda()
        self._routes = inventory.routes
        self._planned_until = calendar.now
        self._reads: dict[str, list[Read]] = {}

    def step(self, now: int) -> None:
        """Plan the rounds that start up to `now`, and let the guards reach what is due."""
        if not self._routes:
            return
        for route in self._routes:
            for start in self._starts(route, self._planned_until, now):
                self._plan(route, start)
        self._planned_until = now
        self._agenda.run(now)

    def reads(self, reader: str) -> list[Read]:
        """What happened at a reader since it was asked last."""
        return self._reads.pop(reader, [])

    def _reached(self, read: Read, _at: int) -> None:
        self._reads.setdefault(read.reader, []).append(read)

    def _starts(self, route: Route, after: int, until: int) -> list[int]:
        midnight = self._calendar.midnight
        found = []
        for text in route.starts:
            hours, minutes = map(int, text.split(":"))
            for day in (midnight - DAY * NS, midnight):
                moment = day + (hours * 3600 + minutes * 60) * NS
                if after < moment <= until:
                    found.append(moment)
        return found

    def _plan(self, route: Route, start: int) -> None:
        guards = route.guards or ("guard-1",)
        guard = guards[self._noise.whole(0, len(guards) - 1)]
        at = self._noise.uniform(20.0, min(240.0, max(40.0, route.start_window * 0.4)))
        for checkpoint in route.checkpoints:
            low = max(at, checkpoint.after or 0.0)
            high = max(low, min(checkpoint.before or low + 300.0, low + 240.0))
            at = low + (high - low) * self._noise.uniform(0.1, 0.6)
            read = Read(checkpoint.reader, checkpoint.tag or checkpoint.id, guard, start + round(at * NS))
            self._agenda.at(read.at, partial(self._reached, read))
            at += max(30.0, checkpoint.least_gap * 1.2)
