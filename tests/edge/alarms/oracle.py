"""What detection must say, the long way round: every alarm judged anew at every step, in plain Python, from the rules'
words and not from the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from facility.clock import NS
from tests.edge.alarms.slow_alarms import Slow, alarms

LOOK = 2.0
"""Every point is asked each second, a poll may be a second late: how long an effect stays hidden after its cause."""
CHATTERS = 60
SAMPLED = ("level", "other", "word", "running", "fault", "starts", "a1.fire", "a2.fire", "a3.fire")
ZONES = {"z1": ("a1.fire", "a2.fire"), "z2": ("a3.fire",)}
WITHIN_ZONE, PARTS = 10, 16


@dataclass
class Memory:
    """What has to be remembered since the start, in the plainest way. Times in ns."""

    value: dict[str, float | None] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    lost: dict[str, bool] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
    happened: dict[str, list[int]] = field(default_factory=lambda: {"often": [], "steps": [], "tries": []})
    watched: dict[str, int] = field(default_factory=dict)
    came: dict[str, int] = field(default_factory=dict)
    stood: tuple[float, int, bool] | None = None
    """Of `still`: where it stands, since when, whether it was ever seen to move."""
    references: list[tuple[int, float]] = field(default_factory=list)
    run: str = "unseen"
    began: int = 0
    farthest: float = 0.0
    message: dict[str, int] = field(default_factory=dict)
    now: set[str] = field(default_factory=set)
    """Messages of this very moment."""


class Oracle:
    """Judges everything; knows no columns, no selection, and nothing of what changed."""

    def __init__(self, started: int) -> None:
        self.started = started
        self.changed = False
        self.now = started
        self.runs = 0
        self.out: set[str] = set()
        self.memory = Memory()
        self.before: dict[str, str] = {}
        self.alarms = {a.id: a for a in alarms(changed=False)}

    # What happens -------------------------------------------------------------------------------------------

    def hear(self, given: dict[str, float | None], now: int) -> None:
        for name, value in given.items():
            self.memory.value[name] = value
            if value is not None:
                self.memory.heard[name] = now

    def say(self, data: dict[str, str], at: int, now: int) -> None:
        """A message of `denied`, sent at `at`."""
        self.memory.heard["denied"] = now
        if data.get("reason") == "wrong":
            self.memory.happened["tries"].append(min(at, now))
        for name in ("duress", "told", "held"):
            if data.get("credential") == name:
                self.memory.now.add(name)
                self.memory.message[name] = now

    def restart(self, now: int) -> None:
        """Delays and what was heard are forgotten, alarms are not."""
        self.memory = Memory()
        self.started = now
        for alarm in self.alarms.values():
            alarm.since = alarm.gone = None
            alarm.times, alarm.chatters = [], False
        self._begin_anew(now)

    def _begin_anew(self, now: int) -> None:
        """Which cause has just ended is forgotten: what was hidden stays so for one look."""
        self.runs += 1
        for alarm in self.alarms.values():
            alarm.ended = None
            hidden = self.before.get(alarm.id) == "suppressed" and (alarm.causes or alarm.group)
            alarm.held = now + round(LOOK * NS) if hidden else None

    def settle(self, *, changed: bool, now: int) -> None:
        """Other settings: limits and delays are new, a count with another window begins anew."""
        if changed != self.changed:
            self.memory.happened["tries"].clear()
            self.memory.watched.pop("tries", None)
        self.changed = changed
        for new in alarms(changed=changed):
            self.alarms[new.id].on, self.alarms[new.id].off = new.on, new.off
        self._begin_anew(now)

    # What is true -------------------------------------------------------------------------------------------

    def judge(self, now: int) -> None:
        self.now = now
        self._look(now)
        for alarm in self.alarms.values():
            if alarm.gone is not None and self.before.get(alarm.id) == "out_of_service" and alarm.id not in self.out:
                self._end(alarm, latched=False)
        for alarm in self.alarms.values():
            self._move(alarm, self.truth(alarm, now), now)
        self.memory.now.clear()
        self._note()
        while any(self._came_to_light(a) for a in self.alarms.values()):
            self._note()
        self.before = self.shown()

    def _move(self, alarm: Slow, truth: bool | None, now: int) -> None:
        if truth is True:
            alarm.gone = None
            if not alarm.active:
                alarm.since = now if alarm.since is None else alarm.since
                if now - alarm.since >= alarm.on * NS:
                    alarm.active, alarm.since, alarm.latched = True, None, False
                    alarm.times.append(now)
                    last = alarm.times[-3:]
                    alarm.chatters = not alarm.latching and len(last) == 3 and now - last[0] <= 60 * NS
        elif truth is False:
            alarm.since = None
            if alarm.active:
                alarm.gone = now if alarm.gone is None else alarm.gone
                if now - alarm.gone >= max(alarm.off, CHATTERS if alarm.chatters else 0) * NS:
                    self._end(alarm, latched=alarm.latching and alarm.id not in self.out)

    def _end(self, alarm: Slow, *, latched: bool) -> None:
        alarm.active, alarm.gone, alarm.latched = False, None, latched
        if alarm.chatters:
            alarm.times, alarm.chatters = [], False

    def _note(self) -> None:
        """What is active and in service explains others from now on; what is not does no longer."""
        for place, alarm in enumerate(self.alarms.values()):
            explains = alarm.active and alarm.id not in self.out
            if explains and not alarm.explains:
                alarm.order, alarm.ended = (self.runs, self.now, place), None
            elif alarm.explains and not explains:
                alarm.ended = self.now
            alarm.explains = explains

    def _hidden(self, alarm: Slow) -> bool:
        """Whether a cause explains it, or did a look ago."""
        causes = [self.alarms[c] for c in alarm.causes]
        for other in self.alarms.values():
            if alarm.group and other.group == alarm.group and other.id.split(".")[0] == alarm.id.split(".")[0]:
                first = other.order is not None and alarm.order is not None and other.order < alarm.order
                causes += [other] if first and other.priority <= alarm.priority else []
        look = round(LOOK * NS)
        if any(c.explains or (c.ended is not None and self.now - c.ended < look) for c in causes):
            return True
        return alarm.held is not None and self.now < alarm.held

    def _came_to_light(self, alarm: Slow) -> bool:
        """What was hidden when its condition went never comes to light as an alarm; True where that ended it."""
        if not alarm.active or alarm.gone is None or self.before.get(alarm.id) != "suppressed":
            return False
        if alarm.id in self.out or self._hidden(alarm):
            return False
        self._end(alarm, latched=alarm.latching)
        return True

    def shown(self) -> dict[str, str]:
        found = {}
        for alarm in self.alarms.values():
            if not (alarm.active or alarm.latched):
                continue
            if alarm.id in self.out:
                found[alarm.id] = "out_of_service"
            elif alarm.latched:
                found[alarm.id] = "latched"
            else:
                found[alarm.id] = "suppressed" if self._hidden(alarm) else "active"
        return found

    def truth(self, alarm: Slow, now: int) -> bool | None:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one for each rule
        get = self.memory.value.get
        level, fault, running = get("level"), get("fault"), get("running")
        match alarm.id.removeprefix("tank."):
            case "high":
                limit = 8.5 if self.changed else 10
                return None if level is None else level > (limit - 2 if alarm.active else limit)
            case "low":
                return both(None if level is None else level < (4 if alarm.active else 3), is_on(running))
            case "fault" | "latched":
                return is_on(fault)
            case "a1.fire" | "a2.fire" | "a3.fire" as name:
                return is_on(get(name))
            case "quiet":
                return self._silence(now, (*SAMPLED, "denied"), 6)
            case "quiet_level":
                return self._silence(now, ("level",), 5)
            case "apart":
                other = get("other")
                if level is None or other is None:
                    return None
                return abs(level - other) > (4 if alarm.active else 5)
            case "bit":
                word = get("word")
                return None if word is None else bool(int(word) & 2)
            case "still":
                return self._still(now)
            case "quick":
                return self._quick(now)
            case "vain":
                return both(self._vain(now), is_on(running))
            case "often":
                return self._counted("often", 3, 12, now, known=running is not None)
            case "steps":
                return self._counted("steps", 3, 10, now, known=get("starts") is not None)
            case "tries":
                return self._counted("tries", 2, 5 if self.changed else 9, now, known=True)
            case "duress" | "told" as name:
                return name in self.memory.now
            case "held":
                if alarm.active:
                    self.memory.message.setdefault("held", now)
                last = self.memory.message.get("held")
                return last is not None and now - last < 5 * NS
            case "z1.both" | "z2.both" as name:
                return self._both_addresses(ZONES[name[:2]], active=alarm.active)
            case "strange":
                low = both(is_on(fault), None if level is None else level < 4)
                high = None if level is None else level > 3.5 * 3
                return True if low is True or high is True else None if low is None or high is None else False
            case "one":
                return None if level is None else level > 8
            case "two":
                word = get("word")
                return None if word is None else bool(int(word) & 1)
            case "three":
                return is_on(running)
            case "board.cut":
                return None if (supply := get("board.supply")) is None else supply == 0
            case "fan.slow" | "fan.quick" as name:
                speed = get("fan.speed")
                return None if speed is None else speed < 5 if name == "fan.slow" else speed > 6
        return self.memory.lost.get(alarm.id)

    def _silence(self, now: int, points: tuple[str, ...], over: int) -> bool | None:
        times = [self.memory.heard[p] for p in points if p in self.memory.heard]
        if times:
            return now - max(times) > over * NS
        return True if now - self.started > over * NS else None

    def _still(self, now: int) -> bool | None:
        if self.memory.stood is None:
            return None
        _, since, moves = self.memory.stood
        return True if now - since >= 8 * NS else False if moves else None

    def _quick(self, now: int) -> bool | None:
        level = self.memory.value.get("level")
        old = [r for r in self.memory.references if r[0] <= now - 4 * NS]
        if level is None or not old:
            return None
        at, was = old[-1]
        return (level - was) / (now - at) * NS > 0.75

    def _vain(self, now: int) -> bool | None:
        if self.memory.value.get("level") is None:
            return None
        if self.memory.run == "followed":
            return False
        return True if self.memory.run == "waits" and now - self.memory.began >= 5 * NS else None

    def _counted(self, name: str, times: int, window: int, now: int, *, known: bool) -> bool | None:
        if not known:
            return None
        if sum(now - t < window * NS for t in self.memory.happened[name]) >= times:
            return True
        return False if now - self.memory.watched[name] >= window * NS else None

    def _both_addresses(self, addresses: tuple[str, ...], *, active: bool) -> bool | None:
        there = [a for a in addresses if is_on(self.memory.value.get(a))]
        if len(there) >= 2:
            times = sorted(self.memory.came[a] for a in there)
            return active or any(b - a <= WITHIN_ZONE * NS for a, b in pairwise(times[-2:]))
        perhaps = [a for a in addresses if a in self.memory.came or (active and a not in self.memory.value)]
        return None if len(perhaps) >= 2 else False

    # What is remembered -------------------------------------------------------------------------------------

    def _look(self, now: int) -> None:
        for name in ("often", "steps", "tries"):
            self.memory.watched.setdefault(name, now)
        self._count(now)
        for address in SAMPLED[-3:]:
            fire = is_on(self.memory.value.get(address))
            if fire:
                self.memory.came.setdefault(address, now)
            elif fire is False:
                self.memory.came.pop(address, None)
        self._watch_level(now)
        self._watch_run(now)

    def _count(self, now: int) -> None:
        for name, point in (("often", "running"), ("steps", "starts")):
            value = self.memory.value.get(point)
            if value is None:
                continue
            if name == "often":
                value = float(value == 1)
            rose = value - self.memory.before.get(point, value)
            self.memory.happened[name] += [now] * max(0, round(rose))
            self.memory.before[point] = value
        for name, times in self.memory.happened.items():
            self.memory.happened[name] = sorted(times)[-9:]

    def _watch_level(self, now: int) -> None:
        level = self.memory.value.get("level")
        if level is None:
            self.memory.stood = None
            return
        if self.memory.stood is None:
            self.memory.stood = (level, now, False)
        elif abs(level - self.memory.stood[0]) > 0.5:
            self.memory.stood = (level, now, True)
        references = self.memory.references
        if not references or now - references[-1][0] >= 4 * NS // PARTS:
            references.append((now, level))
            del references[:-200]

    def _watch_run(self, now: int) -> None:
        memory, level, runs = self.memory, self.memory.value.get("level"), is_on(self.memory.value.get("running"))
        if runs is False:
            memory.run = "rests"
        elif runs and memory.run == "rests":
            memory.run, memory.began = ("unseen" if level is None else "waits"), now
            memory.farthest = level or 0.0
        if memory.run == "waits" and level is not None:
            memory.farthest = min(memory.farthest, level)
            if level - memory.farthest >= 3:
                memory.run = "followed"


def is_on(value: float | None) -> bool | None:
    """A state of `on` and `off`."""
    return None if value is None else value == 1


def both(one: bool | None, other: bool | None) -> bool | None:
    """`and`, where a known no is no whatever the other is."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
