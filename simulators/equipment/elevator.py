"""A lift that travels: calls, runs, doors, counters; and the ways in which it stops."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from facility.clock import NS
from facility.site import Effect
from simulators import profiles
from simulators.agenda import Agenda
from simulators.behaviour import Context, EquipmentBehaviour
from simulators.faults import kind

_CALLS: Final = 20.0
"""Calls an hour on the mean of a workday."""
_STOREY: Final = 3.0
_ACCELERATION: Final = 0.8
_STANDBY: Final = 0.38
"""kW of controller, light and fan."""
_CODES: Final = {"person_trapped": 31.0, "door_fault": 52.0, "overspeed": 11.0}
_SUPPLY_LOST: Final = 90.0
_FULL_STOP: Final = ("person_trapped", "door_fault", "out_of_service", "overspeed")


@dataclass(frozen=True, slots=True)
class _Run:
    """One run between two stops, by place in the list of floors."""

    start: int
    seconds: float
    origin: int
    goal: int

    def share(self, now: int) -> float:
        return min(1.0, max(0.0, (now - self.start) / (self.seconds * NS)))


def floors_of(context: Context) -> tuple[int, ...]:
    """The floors a lift serves: one below ground where it serves a garage, and as many as its building has."""
    parents = {p.id: p.parent for p in context.premises.inventory.places}
    highest = 0
    for place, parent in parents.items():
        number = re.search(r"-(\d+)$", place)
        around = parent
        while around is not None and around not in context.equipment.serves:
            around = parents.get(around)
        if number and around is not None:
            highest = max(highest, int(number[1]))
    below = (-1,) if len(context.equipment.serves) > 1 else ()
    return (*below, *range(1, (highest or 18) + 1))


class Behaviour(EquipmentBehaviour):
    """Serves one call after the other; each phase ends at its own moment, however long the plant's step is."""

    FAULTS = (
        kind(
            "person_trapped",
            "困人: 停在层间, 按下报警按钮",
            "A person is trapped between floors, the alarm button pressed",
        ),
        kind("door_fault", "门故障: 反复开关", "The door reverses again and again"),
        kind("out_of_service", "停用(5 分钟后报警)", "Out of service (told after 5 min)"),
        kind("overspeed", "超速", "Overspeed"),
        kind("levelling", "平层不准", "It stops 18 mm beside the floor"),
        kind("inspection", "检修模式(4 小时后报警)", "In inspection mode (told after 4 h)"),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._floors = floors_of(context)
        self._lobby = self._floors.index(1)
        self._speed = self.rated("speed", 1.75)
        self._agenda = Agenda()
        self._calls = Agenda()
        self._queue: list[tuple[int, int]] = []
        self._legs: list[int] = []
        self._run: _Run | None = None
        self.at = self.noise.whole(0, len(self._floors) - 1)
        self.door = "closed"
        self.load = 0.0
        self._error = 2.0
        self._busy = False
        self._stopped = False
        self._recall = False
        self._recalled = False
        self._between = 0.0
        self._power = _STANDBY
        self._spent_until = self.now
        self._spent = 0.0
        self.trips = self.begins("trips", self.noise.whole(80_000, 400_000))
        self.cycles = self.begins("door_cycles", self.trips * 1.12 // 1)
        self.reversals = self.begins("door_reversals", self.noise.whole(900, 4_000))
        self.energy = self.begins("energy", self.noise.uniform(4_000.0, 22_000.0))
        self._calls.after(self.now, self.noise.uniform(1.0, 60.0), self._called)

    def step(self, seconds: float) -> None:
        self._spent = 0.0
        self._halt_or_resume()
        self._calls.run(self.now)
        self._agenda.run(self.now)
        self._spend(self.now)
        self.premises.power.report(self.id, self._spent * 3600.0 / seconds)
        self._show()

    def _able(self) -> bool:
        return self.premises.power.mains and not any(f in self.faults for f in (*_FULL_STOP, "inspection"))

    def _halt_or_resume(self) -> None:
        if not self._able() and not self._stopped:
            self._halt()
        elif self._able() and self._stopped:
            self._stopped, self._between = False, 0.0
            self._free()

    def _halt(self) -> None:
        now = self.now
        self._spend(now)
        if self._run is not None:
            self.at = round(self._run.origin + (self._run.goal - self._run.origin) * self._run.share(now))
        self._agenda.clear()
        self._legs.clear()
        self._queue.clear()
        self._run, self._stopped, self._busy, self.door, self.load = None, True, False, "closed", 0.0
        self._power = _STANDBY if self.premises.power.mains else 0.0
        if "person_trapped" in self.faults:
            self.load = 12.0
            self._between = 0.9
        elif "door_fault" in self.faults:
            self._agenda.after(now, 1.0, self._struggle)
        elif not self.premises.power.mains:
            self._agenda.after(now, 15.0, self._rescue)

    def _struggle(self, at: int) -> None:
        """Close, meet the fault, open again: every 8 s."""
        self.door = "closing" if self.door == "open" else "open"
        if self.door == "open":
            self.reversals += 1.0
        self._agenda.after(at, 4.0, self._struggle)

    def _rescue(self, _at: int) -> None:
        """On battery to the next floor, and open."""
        self.door = "open"

    def _spend(self, until: int) -> None:
        used = self._power * (until - self._spent_until) / (3600.0 * NS)
        self.energy += used
        self._spent += used
        self._spent_until = until

    def _called(self, at: int) -> None:
        calendar = self.premises.calendar
        usage = profiles.at(profiles.MOVEMENT[calendar.kind], calendar.hour)
        self._calls.after(at, self.noise.waiting(_CALLS * max(0.02, usage)), self._called)
        if self._stopped or self._recall or len(self._queue) > 4:
            return
        self._queue.append(self._journey(calendar.hour))
        if not self._busy:
            self._next(at)

    def _journey(self, hour: float) -> tuple[int, int]:
        top = len(self._floors) - 1
        home = self.noise.whole(min(top, self._lobby + 1), top)
        ground = self._lobby if self.noise.chance(0.72) else 0
        leaving = 0.85 if 5.5 <= hour < 9.5 else 0.2 if 17.0 <= hour < 21.0 else 0.5
        return (home, ground) if self.noise.chance(leaving) else (ground, home)

    def _next(self, at: int) -> None:
        self._busy = bool(self._queue)
        if self._queue:
            self._legs = list(self._queue.pop(0))
            self._go(at, self._legs.pop(0))

    def _go(self, at: int, goal: int) -> None:
        if goal == self.at:
            self._open(at)
            return
        seconds = abs(goal - self.at) * _STOREY / self._speed + self._speed / _ACCELERATION
        self._spend(at)
        up = goal > self.at
        self._power = _STANDBY + 1.6 + 10.5 * abs((self.load / 100.0 - 0.45) * (1.0 if up else -1.0) + 0.25)
        self._run = _Run(at, seconds, self.at, goal)
        self.trips += 1.0
        self._agenda.after(at, seconds, self._arrived)

    def _arrived(self, at: int) -> None:
        self._spend(at)
        self._power = _STANDBY
        if self._run is not None:
            self.at = self._run.goal
        self._run = None
        self._error = abs(self.noise.normal(1.6)) + 0.6
        self._open(at)

    def _open(self, at: int) -> None:
        self.door = "opening"
        self._agenda.after(at, 2.0, self._opened)

    def _opened(self, at: int) -> None:
        self.door = "open"
        self.cycles += 1.0
        if self._recall:
            self._recalled = True
            return
        self.load = self.noise.uniform(6.0, 48.0) if self._legs else 0.0
        self._agenda.after(at, self.noise.uniform(3.5, 7.0), self._closing)

    def _closing(self, at: int) -> None:
        self.door = "closing"
        if self.noise.chance(0.03):
            self.reversals += 1.0
            self._agenda.after(at, 1.2, self._open)
        else:
            self._agenda.after(at, 2.5, self._closed)

    def _closed(self, at: int) -> None:
        self.door = "closed"
        if self._legs:
            self._go(at, self._legs.pop(0))
        else:
            self._next(at)

    def answered(self, effect: Effect) -> None:
        del effect
        if self._recall or self._stopped:
            return
        self._recall = True
        now = self.now
        self._legs.clear()
        self._queue.clear()
        if self._run is None:
            self._agenda.clear()
            self.door, self.load = "closed", 0.0
            self._go(now, self._lobby)
        elif self._run.goal != self._lobby:
            here = self._run.origin + (self._run.goal - self._run.origin) * self._run.share(now)
            self._agenda.clear()
            self._spend(now)
            self.at, self._run = round(here), None
            self._go(now, self._lobby)

    def released(self, effect: Effect) -> None:
        del effect
        if self._recall:
            self._recall = self._recalled = False
            if not self._stopped:
                self._free()

    def _free(self) -> None:
        self._agenda.clear()
        self._power, self._busy, self.load = _STANDBY, True, 0.0
        self._spend(self.now)
        self._agenda.after(self.now, 1.0, self._open)

    def _mode(self) -> str:
        if self._recalled:
            return "fire"
        if "out_of_service" in self.faults or not self.premises.power.mains:
            return "out_of_service"
        return "inspection" if "inspection" in self.faults else "normal"

    def _show(self) -> None:
        run, now = self._run, self.now
        position, speed, direction = float(self.at), 0.0, "stopped"
        if run is not None:
            position = run.origin + (run.goal - run.origin) * run.share(now)
            past = (now - run.start) / NS
            speed = max(0.0, min(self._speed, past * _ACCELERATION, (run.seconds - past) * _ACCELERATION))
            direction = "up" if run.goal > run.origin else "down"
        if "overspeed" in self.faults:
            speed, direction = 1.3 * self._speed, "down"
        points, trapped = self.points, "person_trapped" in self.faults
        code = next((c for f, c in _CODES.items() if f in self.faults), 0.0)
        points.state("direction", direction)
        points.state("door", self.door)
        points.state("mode", self._mode())
        points.flag("person_trapped", trapped, ("normal", "trapped"))
        points.flag("alarm_button", trapped, ("normal", "pressed"))
        error = 18.0 if "levelling" in self.faults else self._error
        points.put_all(
            floor=float(self._floors[round(position)]),
            load=self.load,
            speed=-speed if direction == "down" else speed,
            fault_code=code if self.premises.power.mains else _SUPPLY_LOST,
            trips=self.trips,
            door_cycles=self.cycles,
            door_reversals=self.reversals,
            energy=self.energy,
            levelling_error=self._between * 1000.0 if trapped else error,
        )
