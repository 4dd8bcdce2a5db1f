"""Every transition of detection against a slow oracle that is written from the rules' words, not from the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.alarms.compiled import compile_rules
from edge.alarms.engine import Engine, Outcome
from edge.alarms.memory import read_kept
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.clock import NS, ManualClock
from facility.event import AlarmCleared, AlarmRaised, AlarmUpdated
from facility.point import Kind
from tests.edge import building as b

LEVEL, RUNNING, FAULT, A1, A2 = range(5)
NAMES = ("tank.level", "tank.running", "tank.fault", "tank.a1.fire", "tank.a2.fire")

INVENTORY = b.inventory(
    b.equipment(
        "tank",
        [
            b.point("level"), b.point("running", Kind.STATE), b.point("fault", Kind.STATE),
            b.point("fire", Kind.STATE, per="address"),
        ],
        [
            b.rule("high", {"kind": "high", "point": "level", "limit": 10, "deadband": 2}, suppressed_by=["fault"]),
            b.rule("low", {"kind": "low", "point": "level", "limit": 3, "deadband": 1}, delay_on="4s", delay_off="3s",
                   **{"while": {"point": "running", "states": ["on"]}}),
            b.rule("fault", {"kind": "is", "point": "fault", "states": ["on"]}, delay_off="2s"),
            b.rule("latched", {"kind": "is", "point": "fault", "states": ["on"]}, delay_on="2s", latching=True),
            b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, per="address", latching=True,
                   **{"class": "life_safety", "priority": 1}),
            b.rule("quiet", {"kind": "no_data", "over": "6s"}, **{"class": "communication"}),
            b.rule("quiet_level", {"kind": "no_data", "point": "level", "over": "5s"}, delay_off="1s"),
        ],
        instances=["a1", "a2"],
    )
)  # fmt: skip
RULES = {r.id: r for r in INVENTORY.equipment[0].rules}


@dataclass
class Slow:
    """One alarm, the long way round."""

    id: str
    on: float = 0.0
    off: float = 0.0
    latching: bool = False
    causes: tuple[str, ...] = ()
    active: bool = False
    latched: bool = False
    since: int | None = None
    gone: int | None = None


@dataclass
class Oracle:
    """Every alarm judged anew at every step, in plain Python."""

    value: dict[int, float | None] = field(default_factory=dict)
    heard: dict[int, int] = field(default_factory=dict)
    lost: dict[str, bool] = field(default_factory=dict)
    out: dict[str, int] = field(default_factory=dict)
    started: int = 0
    alarms: dict[str, Slow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in (
            Slow("riverside-1.line-1.line_lost", on=3),
            Slow("tank.unit_lost", on=3, causes=("riverside-1.line-1.line_lost",)),
            Slow("tank.high", causes=("tank.fault",)), Slow("tank.low", on=4, off=3), Slow("tank.fault", off=2),
            Slow("tank.latched", on=2, latching=True),
            Slow("tank.a1.fire", latching=True), Slow("tank.a2.fire", latching=True),
            Slow("tank.quiet", causes=("riverside-1.line-1.line_lost", "tank.unit_lost")),
            Slow("tank.quiet_level", off=1, causes=("riverside-1.line-1.line_lost", "tank.unit_lost")),
        ):  # fmt: skip
            self.alarms[one.id] = one

    def truth(self, alarm: Slow, now: int) -> bool | None:  # noqa: PLR0911
        level, fault = self.value.get(LEVEL), self.value.get(FAULT)
        match alarm.id:
            case "tank.high":
                return None if level is None else level > (8 if alarm.active else 10)
            case "tank.low":
                mine = None if level is None else level < (4 if alarm.active else 3)
                running = self.value.get(RUNNING)
                guard = None if running is None else running == 1
                if mine is False or guard is False:
                    return False
                return None if mine is None or guard is None else True
            case "tank.fault" | "tank.latched":
                return None if fault is None else fault == 1
            case "tank.a1.fire":
                return None if self.value.get(A1) is None else self.value[A1] == 1
            case "tank.a2.fire":
                return None if self.value.get(A2) is None else self.value[A2] == 1
            case "tank.quiet":
                return self.silence(now, (LEVEL, RUNNING, FAULT, A1, A2), 6)
            case "tank.quiet_level":
                return self.silence(now, (LEVEL,), 5)
        return self.lost.get(alarm.id)

    def silence(self, now: int, points: tuple[int, ...], over: int) -> bool | None:
        times = [self.heard[p] for p in points if p in self.heard]
        if times:
            return now - max(times) > over * NS
        return True if now - self.started > over * NS else None

    def judge(self, now: int) -> None:
        for alarm in self.alarms.values():
            truth = self.truth(alarm, now)
            if truth is True:
                alarm.gone = None
                if not alarm.active:
                    alarm.since = now if alarm.since is None else alarm.since
                    if now - alarm.since >= alarm.on * NS:
                        alarm.active, alarm.since, alarm.latched = True, None, False
            elif truth is False:
                alarm.since = None
                if alarm.active:
                    alarm.gone = now if alarm.gone is None else alarm.gone
                    if now - alarm.gone >= alarm.off * NS:
                        alarm.active, alarm.gone = False, None
                        alarm.latched = alarm.latching and alarm.id not in self.out

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
                caused = any(self.alarms[c].active for c in alarm.causes)
                found[alarm.id] = "suppressed" if caused else "active"
        return found

    def restart(self, now: int) -> None:
        """Delays and what was heard are forgotten, alarms are not."""
        self.value.clear()
        self.heard.clear()
        self.lost.clear()
        self.started = now
        for alarm in self.alarms.values():
            alarm.since = alarm.gone = None


class Cloud:
    """What a receiver of the events believes; complains of what can't follow."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}
        self.lanes: set[tuple[str, str]] = set()

    def take(self, out: Outcome) -> None:
        for draft in out.drafts:
            data = draft.data
            assert isinstance(data, AlarmRaised | AlarmCleared | AlarmUpdated)
            id_ = ".".join(p for p in (draft.equipment, draft.instance, data.rule) if p)
            if isinstance(data, AlarmRaised):
                assert id_ not in self.live, f"{id_} raised twice"
                self.live[id_] = data.detection
                assert (data.cause is not None) == (data.detection == "suppressed")
            elif isinstance(data, AlarmUpdated):
                assert self.live[id_] != data.detection, f"{id_} told twice"
                self.live[id_] = data.detection
                assert (data.cause is not None) == (data.detection == "suppressed")
            else:
                del self.live[id_]
            self.lanes.add((data.rule, draft.lane))


LEVELS = st.sampled_from([2.5, 3.5, 5.0, 9.0, 11.0, None])
SAMPLE: st.SearchStrategy[tuple[int, float | None]] = st.one_of(
    st.tuples(st.just(LEVEL), LEVELS),
    st.tuples(st.sampled_from([RUNNING, FAULT, A1, A2]), st.sampled_from([0.0, 1.0, 1.0, None])),
)


class Detection(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.oracle, self.cloud, self.disk = Oracle(started=self.clock.mono), Cloud(), dict[str, bytes]()
        self.begin()

    def begin(self) -> None:
        table = point_table(INVENTORY)
        clock = SteadyClock(self.clock)
        self.snapshot = Snapshot(table, clock)
        self.engine = Engine(compile_rules(INVENTORY, table), self.snapshot, clock)
        self.say(self.engine.restore(read_kept(self.disk)))

    def say(self, out: Outcome) -> None:
        self.disk |= out.state
        self.cloud.take(out)

    def settle(self) -> None:
        self.say(self.engine.tick())
        self.oracle.judge(self.clock.mono)

    @initialize()
    def first(self) -> None:
        self.settle()

    @rule(given=st.lists(SAMPLE, min_size=1, max_size=4, unique_by=lambda x: x[0]))
    def hear(self, given: list[tuple[int, float | None]]) -> None:
        batch = b.samples(self.clock.wall, *given)
        self.snapshot.put(batch)
        self.say(self.engine.detect(batch))
        for p, v in given:
            self.oracle.value[p] = v
            if v is not None:
                self.oracle.heard[p] = self.clock.mono
        self.settle()

    @rule(seconds=st.sampled_from([0.25, 1.0, 2.0, 3.0, 7.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.settle()

    @rule(seconds=st.sampled_from([-3600.0, 5.0]))
    def step_wall_clock(self, seconds: float) -> None:
        self.clock.step(seconds)
        self.settle()

    @rule(lost=st.booleans(), line=st.booleans())
    def lose(self, lost: bool, line: bool) -> None:
        self.say(self.engine.tell_lost("line-1", "" if line else "1", lost=lost))
        self.oracle.lost["riverside-1.line-1.line_lost" if line else "tank.unit_lost"] = lost
        self.settle()

    @rule(name=st.sampled_from(["high", "fault", "latched", "fire"]), on=st.booleans())
    def out_of_service(self, name: str, on: bool) -> None:
        until = self.clock.wall + 10_000_000 * NS if on else None
        self.say(self.engine.set_out_of_service(self.engine.find("tank", name), until))
        for id_ in [i for i in self.oracle.alarms if i.endswith(f".{name}")]:
            if on:
                self.oracle.out[id_] = 1
            else:
                self.oracle.out.pop(id_, None)
        self.settle()

    @precondition(lambda self: any(a.latched for a in self.oracle.alarms.values()))
    @rule(which=st.integers(0, 3))
    def reset(self, which: int) -> None:
        alarms = [a for a in self.oracle.alarms.values() if a.latching]
        alarm = alarms[which % len(alarms)]
        row = next(i for i, r in enumerate(self.engine.rows) if r.id == alarm.id)
        out = self.engine.reset(row)
        assert (out is not None) == (alarm.latched and alarm.since is None)
        if out is not None:
            self.say(out)
            alarm.latched = False
        self.settle()

    @rule()
    def restart(self) -> None:
        self.begin()
        self.oracle.restart(self.clock.mono)
        self.settle()

    @rule()
    def new_settings(self) -> None:
        before = self.engine
        table = point_table(INVENTORY)
        self.engine = Engine(compile_rules(INVENTORY, table), self.snapshot, before._clock)
        self.say(self.engine.carry(before))
        self.settle()

    @invariant()
    def agree(self) -> None:
        assert self.cloud.live == self.oracle.shown()
        kept = read_kept(self.disk)
        assert {a.id: str(a.told) for a in kept.alarms} == self.cloud.live


Detection.TestCase.settings = settings(
    max_examples=110, stateful_step_count=200, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
TestDetection = Detection.TestCase


def test_a_life_safety_rule_is_latching_and_lives_in_its_own_lane() -> None:
    rows: Any = compile_rules(INVENTORY, point_table(INVENTORY)).rows
    assert {r.id: r.lane for r in rows if r.rule == "fire"} == {"tank.a1.fire": "life", "tank.a2.fire": "life"}
