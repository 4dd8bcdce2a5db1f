"""Machines that live second by second, what a gateway would have recorded of them, and a recount from the truth.

The recount knows nothing of how the cloud reckons: it counts seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from facility.clock import NS
from facility.inventory import InventoryEquipment

F8 = NDArray[np.float64]
B1 = NDArray[np.bool_]
HEARTBEAT = 300
COUNTER = 10
"""Seconds between two samples of a counter."""
FROM_ZERO = ("energy", "starts", "run_time", "trips")
STATES = ("running", "mode")


def day_edges(first: date, days: int, zone: ZoneInfo) -> list[int]:
    """Each local midnight, UTC seconds."""
    whole = [first + timedelta(days=n) for n in range(days + 1)]
    return [round(datetime(each.year, each.month, each.day, tzinfo=zone).timestamp()) for each in whole]


@dataclass(frozen=True, slots=True)
class Outage:
    """A time [begin, end) without samples, seconds from the start; `marked` where it begins with bad quality."""

    begin: int
    end: int
    marked: bool


@dataclass(slots=True)
class Life:
    """What was true in each second from `start` (UTC s) on, and what was recorded."""

    start: int
    seconds: int
    seed: int
    truth: dict[str, F8] = field(default_factory=dict)
    outages: list[Outage] = field(default_factory=list)
    resets: list[int] = field(default_factory=list)
    _known: dict[str, B1] = field(default_factory=dict)
    _registers: dict[str, tuple[NDArray[np.int64], list[float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(self.seed)
        n = self.seconds
        running = _blocks(chance, n, (240, 5400)) % 2
        duty = _blocks(chance, n, (60, 1800))
        flow = running * (8 + duty % 5)
        pressures = {"discharge_pressure": 0.45 + 0.02 * (duty % 4), "suction_pressure": 0.05 + 0.0 * duty}
        power = np.where(running == 1, 2.5 + 0.25 * (duty % 5), 0.02)
        begun = np.diff(running, prepend=running[0]) == 1
        mode = np.where(_blocks(chance, n, (3_600, 40_000)) % 4 == 3, 0.0, 1.0)
        mode = np.where((_blocks(chance, n, (7_200, 90_000)) % 7 == 5) & (mode == 1), 2.0, mode)
        self.truth = {
            "running": running, "flow": flow, "power": power, **pressures, "mode": mode,
            "energy": _before(power / 3600.0), "starts": np.cumsum(begun).astype(float),
            "run_time": _before(running / 3600.0), "trips": np.floor(np.arange(n) / 97.0),
        }  # fmt: skip
        self._disturb(chance)

    def _disturb(self, chance: np.random.Generator) -> None:
        """About one outage each eight hours, marked or silent; a reset each three days."""
        at = int(chance.integers(2_000, 20_000))
        while at < self.seconds - 9_000:
            marked = bool(chance.integers(2))
            length = int(chance.integers(60, 9_000)) if marked else int(chance.integers(1_300, 9_000))
            self.outages.append(Outage(at, at + length, marked))
            at += length + int(chance.integers(10_000, 50_000))
        wanted = chance.integers(1, max(self.seconds // COUNTER, 2), self.seconds // 260_000 + 1) * COUNTER
        self.resets = sorted(
            {int(each) for each in wanted if not any(o.begin - 20 <= each <= o.end for o in self.outages)}
        )

    def shown(self, point: str) -> F8:
        """What the device shows: counters begin anew right after each reset."""
        value = self.truth[point].copy()
        for at in self.resets if point in FROM_ZERO else ():
            value[at + 1 :] -= value[at] if at < len(value) else 0.0
        return value

    def recorded(self, point: str) -> NDArray[np.int64]:
        """The seconds in which a sample was written: each change, each heartbeat, the first after an outage."""
        value = self.truth[point]
        keep = np.zeros(self.seconds, np.bool_)
        if point in FROM_ZERO:
            keep[::COUNTER] = True
        else:
            keep[::HEARTBEAT] = True
            keep[1:] |= value[1:] != value[:-1]
        for outage in self.outages:
            keep[outage.begin : outage.end] = False
            keep[min(outage.end, self.seconds - 1)] = True
        return np.flatnonzero(keep)

    def known(self, point: str) -> B1:
        """In which seconds it is known: not from the last sample before a silence, not from where it went bad."""
        if point not in self._known:
            seen = np.ones(self.seconds, np.bool_)
            written = self.recorded(point)
            for outage in self.outages:
                last = int(written[np.searchsorted(written, outage.begin) - 1])
                begin = outage.begin if outage.marked and point not in FROM_ZERO else last
                seen[begin : outage.end] = False
            self._known[point] = seen
        return self._known[point]

    def register(self, point: str) -> tuple[NDArray[np.int64], list[float]]:
        """The seconds in which a counter was written, and how far it had come by then; one below half is from zero."""
        if point not in self._registers:
            written, shown = self.recorded(point), self.shown(point)
            total, reached, last = [0.0], 0.0, float(shown[written[0]])
            for value in shown[written[1:]].tolist():
                reached += value - last if value >= last / 2 else value
                last = value
                total.append(reached)
            self._registers[point] = written, total
        return self._registers[point]

    def lines(self, type_: str, equipment: str, points: tuple[str, ...]) -> Iterator[str]:
        """Line protocol of all that was recorded, point by point."""
        prefix = f"{type_},equipment={equipment},site=riverside"
        for point in points:
            shown, ends = self.shown(point), {o.end for o in self.outages if o.marked}
            for second in self.recorded(point).tolist():
                healed = f",{point}_q=0i" if second in ends else ""
                yield f"{prefix} {point}={float(shown[second])!r}{healed} {(self.start + second) * NS}"
            for outage in self.outages:
                if outage.marked:
                    yield f"{prefix} {point}_q=1i {(self.start + outage.begin) * NS}"


def _blocks(chance: np.random.Generator, n: int, lengths: tuple[int, int]) -> F8:
    """A number for each second that changes after random times."""
    found = np.zeros(n)
    at, number = 0, 0
    while at < n:
        length = int(chance.integers(*lengths))
        found[at : at + length] = number
        at, number = at + length, number + int(chance.integers(1, 4))
    return found


def _before(rate: F8) -> F8:
    """What had come together before each second."""
    return np.concatenate(([0.0], np.cumsum(rate)[:-1]))


@dataclass(frozen=True, slots=True)
class Counted:
    """A day, recounted. Seconds; kWh; m3."""

    known: int
    running: int
    begins: int
    energy: float
    starts: float
    paired: tuple[int, float, float]
    lifted: tuple[int, float, float]
    night: tuple[int, float]
    out: int
    outs: int
    inspection: int


def recount(life: Life, begin: int, end: int, night: tuple[int, int]) -> Counted:
    """Second by second over [begin, end), seconds from the start of the life."""
    truth = {point: value[begin:end] for point, value in life.truth.items()}
    seen = {point: life.known(point)[begin:end] for point in (*truth,)}
    pair = seen["flow"] & seen["energy"]
    used = np.diff(_reached(life, "energy", np.arange(begin, end + 1)))
    lift = seen["running"] & seen["flow"] & (truth["running"] == 1)
    for point in ("discharge_pressure", "suction_pressure", "power"):
        lift &= seen[point]
    rise = (truth["discharge_pressure"] - truth["suction_pressure"]) * 1e6
    dark = life.known("flow")[night[0] : night[1]]
    return Counted(
        known=int(seen["running"].sum()),
        running=int((seen["running"] & (truth["running"] == 1)).sum()),
        begins=_begins(truth["running"] == 1, seen["running"]),
        energy=_risen(life, "energy", begin, end),
        starts=_risen(life, "starts", begin, end),
        paired=(int(pair.sum()), float(used[pair].sum()), float(truth["flow"][pair].sum() / 3600)),
        lifted=(
            int(lift.sum()),
            float((truth["flow"][lift] / 3600 * rise[lift]).sum() / 3.6e6),
            float(truth["power"][lift].sum() / 3600),
        ),
        night=(int(dark.sum()), float(life.truth["flow"][night[0] : night[1]][dark].sum() / 3600)),
        out=int((seen["mode"] & (truth["mode"] == 0)).sum()),
        outs=_begins(truth["mode"] == 0, seen["mode"]),
        inspection=int((seen["mode"] & (truth["mode"] == 2)).sum()),
    )


def _begins(holds: B1, seen: B1) -> int:
    """How often it came to hold, over the seconds that were seen."""
    before: bool | None = None
    count = 0
    for now in holds[seen].tolist():
        count += now and before is False
        before = now
    return count


def _risen(life: Life, point: str, begin: int, end: int) -> float:
    low, high = _reached(life, point, np.array([begin, end]))
    return float(high - low)


def _reached(life: Life, point: str, at: NDArray[np.int64]) -> F8:
    """How far the register had come, on straight lines between what was recorded: nobody saw more."""
    found: F8 = np.interp(at, *life.register(point))
    return found


def point(id: str, kind: str, unit: str, states: tuple[tuple[int, str], ...] = ()) -> dict[str, object]:
    """One point of an inventory."""
    told = [{"value": value, "code": code, "zh": code, "en": code} for value, code in states]
    return {"id": id, "kind": kind, "name": {"zh": id, "en": id}, "unit": unit, "states": told}


def equipment(id: str, type_: str, means: list[dict[str, object]], **more: object) -> InventoryEquipment:
    """An equipment with these points."""
    name = {"zh": id, "en": id}
    points = [
        {"id": f"{id}.{each['id']}", "means": each, "period": 1, "stale_after": 5, "address": {}} for each in means
    ]
    told = {
        "id": id, "type": type_, "model": "generic", "system": "water", "name": name, "type_name": name,
        "connection": "plant", "protocol": "modbus", "unit": 1, "writes": "never", "points": points, "rules": [],
    }  # fmt: skip
    return InventoryEquipment.model_validate(told | more)


PUMP = (
    "running", "flow", "power", "discharge_pressure", "suction_pressure", "energy", "starts", "run_time",
)  # fmt: skip
LIFT = ("mode", "trips")


def pump(id: str, **more: object) -> InventoryEquipment:
    """With everything that is reckoned."""
    states = ((0, "stopped"), (1, "running"))
    means = [
        point("running", "state", "", states), point("flow", "measurement", "m3/h"),
        point("power", "measurement", "kW"), point("discharge_pressure", "measurement", "MPa"),
        point("suction_pressure", "measurement", "MPa"), point("energy", "counter", "kW.h"),
        point("starts", "counter", "1"), point("run_time", "counter", "h"),
    ]  # fmt: skip
    return equipment(id, "pump", means, **more)


def lift(id: str) -> InventoryEquipment:
    """Its mode and its trips."""
    states = ((0, "out_of_service"), (1, "normal"), (2, "inspection"))
    return equipment(id, "elevator", [point("mode", "state", "", states), point("trips", "counter", "1")])
