"""An independent oracle of the four clocks: a table of every minute of a season, and a plain replay of a timeline.

It shares no code with the clocks: whether a minute counts is asked of the wall clock that it shows.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from cloud.service_levels.calendar import Calendar, Calendars, DatedCalendar, Hours
from cloud.service_levels.clocks import ClockFace, clocks
from cloud.service_levels.facts import Step, rounds
from cloud.service_levels.profile import ESTATE, GRADE_THREE, Profile, Promise, Within
from cloud.work_orders import machine
from cloud.work_orders.machine import Device
from cloud.work_orders.row import OrderRow
from facility.alarm import OrderClass
from facility.clock import NS
from facility.words import Text
from facility.work_order import Arrived, ClockName, PauseReason, Side
from tests.cloud.work_orders.order_lives import new_order

MINUTE = 60 * NS
FIRST = round(datetime(2026, 2, 20, tzinfo=UTC).timestamp()) * NS
MINUTES = 70 * 24 * 60
"""Over the change of the clocks in New York (8 March) and in Berlin (29 March), and the 3rd to 6th of April."""
WEEK = (1, 2, 3, 4, 5)
DAY_SHIFT = Calendar(
    hours=(Hours(begin=time(8), end=time(12), weekdays=WEEK), Hours(begin=time(13, 30), end=time(18), weekdays=WEEK)),
    holidays=tuple(date(2026, 4, day) for day in (3, 4, 5, 6)),
    working_days=(date(2026, 2, 28), date(2026, 3, 28)),
)
NIGHT_SHIFT = Calendar(hours=(Hours(begin=time(0), end=time(2, 30)), Hours(begin=time(20), end=time(0))))
FEASTS = Calendar(holidays=(date(2026, 3, 8), date(2026, 3, 29)))
CONTRACT = Profile(
    id="contract",
    name=Text(zh="合同", en="Contract"),
    promises=tuple(
        Promise(id=name.value, name=Text(zh="钟", en="Clock"), clock=name, target=Within(seconds=seconds, working=True))
        for name, seconds in zip(ClockName, (1_800, 7_200, 36_000, 72_000), strict=True)
    ),
)
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin")
DEVICE = Device(asked=False, normal_at=None)


@dataclass(frozen=True)
class World:
    """A site's zone and calendars, and the same as tables of minutes: does it count, what does the wall clock show."""

    calendars: Calendars
    counted: np.ndarray
    """counted[n]: minutes that count before minute n."""
    inside: np.ndarray
    walls: Sequence[datetime]


@cache
def world(zone: str, shift: int) -> World:
    """One of nine."""
    change = FIRST + (30 * 24 * 60 + 617) * MINUTE
    dated = [
        (),
        (DatedCalendar(start=0, calendar=DAY_SHIFT), DatedCalendar(start=change, calendar=NIGHT_SHIFT)),
        (DatedCalendar(start=0, calendar=NIGHT_SHIFT), DatedCalendar(start=change, calendar=FEASTS)),
    ][shift]
    begin = datetime.fromtimestamp(FIRST // NS, UTC)
    there = ZoneInfo(zone)
    walls = [datetime.fromtimestamp(begin.timestamp() + 60 * n, there) for n in range(MINUTES)]
    inside = np.array([_counts(dated, wall, FIRST + n * MINUTE) for n, wall in enumerate(walls)], dtype=bool)
    counted = np.concatenate(([0], np.cumsum(inside)))
    return World(Calendars(there, dated), counted, inside, walls)


def _counts(dated: Sequence[DatedCalendar], wall: datetime, at: int) -> bool:
    held = [each.calendar for each in dated if each.start <= at]
    if not held:
        return True
    calendar = held[-1]
    if wall.date() in calendar.holidays:
        return False
    if not calendar.hours:
        return True
    day = 1 if wall.date() in calendar.working_days else wall.isoweekday()
    minute = wall.hour * 60 + wall.minute
    for hours in calendar.hours:
        first, last = hours.begin.hour * 60 + hours.begin.minute, hours.end.hour * 60 + hours.end.minute or 1_440
        if day in hours.weekdays and first <= minute < last:
            return True
    return False


def ran(one: World, start: int, end: int, *, working: bool) -> int:
    """How long a clock that never pauses runs."""
    if end <= start:
        return 0
    return _until(one, end) - _until(one, start) if working else end - start


def _until(one: World, at: int) -> int:
    minute, rest = divmod(at - FIRST, MINUTE)
    return int(one.counted[minute]) * MINUTE + (rest if one.inside[minute] else 0)


@dataclass
class Truth:
    """What the oracle knows of one round."""

    started: int
    classes: list[tuple[int, OrderClass]]
    """(from when, which)."""
    accepted: int | None = None
    arrived: int | None = None
    restored: int | None = None
    called: int | None = None
    cancelled: int | None = None
    pauses: list[list[int]] = field(default_factory=list)


def timeline(seed: int) -> tuple[list[Truth], list[Step], int]:
    """A random order's life: what the oracle knows, the steps that the machine gave, and the time of the look."""
    dice = random.Random(seed)
    now = FIRST + dice.randrange(20 * 24 * 60 * 60) * NS + dice.randrange(NS)
    row = new_order(now, order_class=dice.choice(list(OrderClass)).value)
    steps = list(machine.report(row, "", now))
    truths = [Truth(now, [(now, OrderClass(row.order_class))])]
    for _ in range(dice.randrange(3, 40)):
        now += dice.choice((dice.randrange(300), dice.randrange(7_200), dice.randrange(100_000))) * NS + dice.randrange(
            NS
        )
        if now > FIRST + 60 * 24 * 60 * MINUTE:
            break
        try:
            steps += _one(dice, row, truths, now)
        except machine.Refused:
            continue
    return truths, steps, now + dice.randrange(86_400 * NS)


def _one(dice: random.Random, row: OrderRow, truths: list[Truth], now: int) -> machine.Said:  # noqa: PLR0911 - one an action
    """One thing that somebody does; the oracle's own book is kept where the machine lets it."""
    truth, action = truths[-1], dice.choice(ACTIONS)
    match action:
        case "forward":
            return _forward(dice, row, truth, now)
        case "pause":
            said = machine.pause(row, "desk", PauseReason.PARTS, "parts", now)
            truth.pauses.append([now])
            return said
        case "resume":
            said = machine.resume(row, "desk", now)
            truth.pauses[-1].append(now)
            return said
        case "class":
            to = dice.choice(list(OrderClass))
            said = machine.change_class(row, "desk", to, "seen", now)
            truth.classes.append((now, to))
            return said
        case "refuse":
            said = machine.refuse_work(row, "desk", "leaks", now)
            truth.restored = truth.called = None
            return said
        case "call":
            said = machine.call_back(row, "desk", reached=True, satisfied=None, opinion="", now=now)
            truth.called = now if truth.called is None else truth.called
            return said
        case "again":
            said = machine.recur(row, "engineering", now)
            truths.append(Truth(now, [(now, truth.classes[-1][1])]))
            return said
    if dice.randrange(8):
        return ()
    said = machine.cancel(row, "desk", "twice", now)
    truth.cancelled = now
    if truth.pauses and len(truth.pauses[-1]) == 1:
        truth.pauses[-1].append(now)
    return said


ACTIONS = ("forward",) * 7 + ("pause", "pause", "resume", "resume", "class", "refuse", "call", "again", "cancel")


def _forward(dice: random.Random, row: OrderRow, truth: Truth, now: int) -> machine.Said:  # noqa: PLR0911 - one a state
    """The next step of a good life."""
    match row.state:
        case "reported" | "reopened":
            return machine.dispatch(row, "ann", "desk", now)
        case "dispatched":
            said = machine.accept(row, "ann", now)
            truth.accepted = now if truth.accepted is None else truth.accepted
            return said
        case "accepted":
            seen = now - dice.randrange(min(600 * NS, now - truth.started) + 1) if dice.randrange(2) else None
            shown = None if seen is None else machine.Shown(Arrived.READER, seen, "")
            said = machine.arrive(row, "ann", now, shown)
            at = now if seen is None else seen
            truth.arrived = at if truth.arrived is None else truth.arrived
            return said
        case "on_site" if not dice.randrange(2):
            row.device_normal_at = now - dice.randrange(7_200 * NS)
            device = Device(asked=True, normal_at=row.device_normal_at)
            said = machine.claim(row, "ann", "", device, 0, now)
            truth.restored = row.device_normal_at
            return said
        case "on_site":
            said = machine.claim(row, "ann", "", DEVICE, 0, now)
            truth.restored = now
            return said
        case "restored":
            return machine.verify(row, "desk", "", now)
    return machine.close(row, "desk", "on_site", "", now)


def worst(seed: int) -> tuple[int, int]:
    """(the largest error of any clock of a random timeline in ns, how many clocks were compared); profiles in turn."""
    profile = (ESTATE, GRADE_THREE, CONTRACT)[seed % 3]
    one = world(ZONES[seed // 3 % 3], seed // 9 % 3)
    truths, steps, now = timeline(seed)
    side = Side.CUSTOMER if seed % 2 else Side.DEVICE
    found = rounds(OrderClass(steps[0].detail), side, steps)
    assert len(found) == len(truths)
    errors = [0]
    for truth, its in zip(truths, found, strict=True):
        faces = clocks(its, profile, one.calendars, now)
        for name in ClockName:
            shown = [face.promise.id for face in faces if face.name is name and face.promise is not None]
            assert shown == _judged_by(truth, name, profile, side), "a clock is judged by the class it stopped in"
        errors += [_error(one, truth, face, now) for face in faces]
    return max(errors), len(errors) - 1


def held_class(truth: Truth, name: ClockName) -> OrderClass:
    """The class that a clock is judged by."""
    _, stop = _ends(truth, name)
    return [which for since, which in truth.classes if stop is None or since <= max(stop, truth.started)][-1]


def _judged_by(truth: Truth, name: ClockName, profile: Profile, side: Side) -> list[str]:
    """The promises that speak of a clock: by the class that held when it stopped, of one that runs by today's."""
    held = held_class(truth, name)
    of_it = [promise for promise in profile.promises if promise.clock is name and not promise.faults]
    return [
        promise.id for promise in of_it
        if (not promise.classes or held in promise.classes) and (not promise.sides or side in promise.sides)
    ]  # fmt: skip


def _error(one: World, truth: Truth, face: ClockFace, now: int) -> int:
    start, stop = _ends(truth, face.name)
    assert (face.started_at, face.stopped_at) == (start, stop)
    if start is None:
        return 0
    working = face.promise is not None and isinstance(face.promise.target, Within) and face.promise.target.working
    stops = [at for at in (stop, truth.cancelled) if at is not None]
    end = max(start, min(stops, default=now))
    pauses = [] if face.name is ClockName.CALL_BACK else [(a, *(b or [now]))[:2] for a, *b in truth.pauses]

    def net(until: int) -> int:
        lost = sum(ran(one, max(a, start), min(b, until), working=working) for a, b in pauses)
        return ran(one, start, until, working=working) - lost

    elapsed = net(end)
    allowed = _allowed(one, face, start)
    assert face.allowed == allowed
    if allowed is not None:
        assert (face.verdict == "broken") == (elapsed > allowed)
    if face.due_at is not None and allowed is not None and face.due_at < FIRST + (MINUTES - 1) * MINUTE:
        assert (net(face.due_at), net(face.due_at - 1)) == (allowed, allowed - 1)
    return abs(face.elapsed - elapsed)


def _ends(truth: Truth, name: ClockName) -> tuple[int | None, int | None]:
    if name is ClockName.CALL_BACK:
        return truth.restored, truth.called
    known = {
        ClockName.RESPOND: min((at for at in (truth.accepted, truth.arrived) if at is not None), default=None),
        ClockName.ARRIVE: truth.arrived,
        ClockName.RESTORE: truth.restored,
    }
    return truth.started, known[name]


def _allowed(one: World, face: ClockFace, start: int) -> int | None:
    return None if face.promise is None else promised(one, face.promise, start)


def promised(one: World, promise: Promise, start: int) -> int | None:
    """How long a clock that began then may run; None where nothing is promised for a time."""
    target = promise.target
    if target.kind == "share":
        return None
    if target.kind == "within":
        return target.seconds * NS
    minute = (start - FIRST) // MINUTE
    today, late = one.walls[minute].date(), one.walls[minute].hour >= 20
    for later in range(minute, minute + 3 * 1_440):
        wall = one.walls[later]
        if wall.date() > today and (not late or wall.hour >= 12):
            return FIRST + later * MINUTE - start
    raise AssertionError("no next day")
