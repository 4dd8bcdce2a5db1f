"""Each kind of condition on its own, and how rules become rows."""

from __future__ import annotations

from typing import Any

import pytest

from edge.alarms.compiled import Compiled, compile_rules
from edge.alarms.engine import Engine
from edge.alarms.kinds import kinds
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.alarm import Rule
from facility.clock import ManualClock
from facility.errors import ConfigError
from facility.point import Kind
from tests.edge import building as b


class Bench:
    """One equipment with one rule, and its verdicts."""

    def __init__(self, *rules: Rule, instances: tuple[str, ...] = ()) -> None:
        points = [b.point("level"), b.point("run", Kind.STATE), b.point("fire", Kind.STATE, per="address")]
        inventory = b.inventory(b.equipment("tank", points, rules, instances=instances))
        self.table = point_table(inventory)
        self.clock = ManualClock()
        steady = SteadyClock(self.clock)
        self.snapshot = Snapshot(self.table, steady)
        self.engine = Engine(compile_rules(inventory, self.table), self.snapshot, steady)

    def hear(self, value: float | None, point: str = "tank.level", after: float = 1.0) -> dict[str, str]:
        self.clock.advance(after)
        batch = b.samples(self.clock.wall, (self.table.by_id[point], value))
        self.snapshot.put(batch)
        self.engine.detect(batch)
        return self.shown()

    def wait(self, seconds: float) -> dict[str, str]:
        self.clock.advance(seconds)
        self.engine.tick()
        return self.shown()

    def shown(self) -> dict[str, str]:
        return {self.engine.rows[i].id.removeprefix("tank."): str(a.told) for i, a in self.engine.live.items()}


def compiled(*rules: Rule, instances: tuple[str, ...] = ()) -> Compiled:
    return Bench(*rules, instances=instances).engine.compiled


@pytest.mark.parametrize(("kind", "sign"), [("high", 1), ("low", -1)])
def test_a_limit_is_broken_beyond_it_and_clear_when_back_by_the_deadband(kind: str, sign: int) -> None:
    bench = Bench(b.rule("r", {"kind": kind, "point": "level", "limit": sign * 10, "deadband": 2}))
    values = [10, 10.1, 9, 8.1, 8, 9, 10, 11]
    found = [bool(bench.hear(sign * v)) for v in values]
    assert found == [False, True, True, True, False, False, False, True]


def test_a_bad_value_neither_raises_nor_clears() -> None:
    bench = Bench(b.rule("r", {"kind": "high", "point": "level", "limit": 10}, delay_on="2s"))
    assert bench.hear(11) == {}
    assert bench.hear(None) == {}
    assert bench.wait(5) == {}, "the delay ends, but nobody knows whether it still holds"
    assert bench.hear(11) == {"r": "active"}
    assert bench.hear(None) == {"r": "active"}
    assert bench.hear(9) == {}


def test_a_state_is_one_of_the_named() -> None:
    bench = Bench(b.rule("r", {"kind": "is", "point": "run", "states": ["on"]}))
    assert [bool(bench.hear(v, "tank.run")) for v in (0.0, 1.0, 2.0, None, 1.0)] == [False, True, False, False, True]


def test_silence_is_told_by_the_clock_and_ends_with_the_first_good_value() -> None:
    bench = Bench(b.rule("r", {"kind": "no_data", "point": "level", "over": "5s"}))
    bench.hear(1.0)
    assert bench.wait(5) == {}
    assert bench.wait(0.25) == {"r": "active"}
    assert bench.hear(None) == {"r": "active"}
    assert bench.hear(2.0) == {}


def test_a_delay_ends_by_the_clock_though_no_new_value_came() -> None:
    bench = Bench(b.rule("r", {"kind": "high", "point": "level", "limit": 10}, delay_on="4s", delay_off="2s"))
    bench.hear(11)
    assert bench.wait(3.75) == {}
    assert bench.wait(0.25) == {"r": "active"}
    bench.hear(9)
    assert bench.wait(1.75) == {"r": "active"}
    assert bench.wait(0.25) == {}


def test_every_instance_has_an_alarm_of_its_own() -> None:
    fire: dict[str, Any] = {"class": "life_safety", "priority": 1, "latching": True, "per": "address"}
    bench = Bench(b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, **fire), instances=("a1", "a2"))
    assert bench.hear(1.0, "tank.a1.fire") == {"a1.fire": "active"}
    assert bench.hear(1.0, "tank.a2.fire") == {"a1.fire": "active", "a2.fire": "active"}
    assert bench.hear(0.0, "tank.a1.fire") == {"a1.fire": "latched", "a2.fire": "active"}


def test_a_suppressed_alarm_names_its_cause_and_comes_forward_when_that_ends() -> None:
    bench = Bench(
        b.rule("stopped", {"kind": "is", "point": "run", "states": ["off"]}),
        b.rule("low", {"kind": "low", "point": "level", "limit": 5}, suppressed_by=["stopped"]),
    )
    bench.hear(0.0, "tank.run")
    assert bench.hear(1.0) == {"stopped": "active", "low": "suppressed"}
    assert bench.hear(1.0, "tank.run") == {"low": "active"}


def test_the_silence_behind_a_lost_line_is_the_lines() -> None:
    bench = Bench(b.rule("quiet", {"kind": "no_data", "over": "5s"}))
    bench.engine.tell_lost("line-1", "", lost=True)
    found = bench.wait(4) | bench.wait(3)
    assert found == {"riverside-1.line-1.line_lost": "active", "quiet": "suppressed"}


def test_life_safety_is_never_suppressed() -> None:
    life: dict[str, Any] = {"class": "life_safety", "priority": 1, "latching": True, "suppressed_by": ["stopped"]}
    rows = compiled(
        b.rule("stopped", {"kind": "is", "point": "run", "states": ["off"]}),
        b.rule("drowning", {"kind": "high", "point": "level", "limit": 5}, **life),
    ).rows
    assert {r.rule: r.suppressed_by for r in rows if r.rule == "drowning"} == {"drowning": ()}


def test_rules_that_suppress_one_another_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"circle: tank\.one → tank\.two → tank\.one"):
        compiled(
            b.rule("one", {"kind": "high", "point": "level", "limit": 5}, suppressed_by=["two"]),
            b.rule("two", {"kind": "low", "point": "level", "limit": 5}, suppressed_by=["one"]),
        )


def test_what_is_not_evaluated_is_listed_with_its_reason() -> None:
    missing = compiled(
        b.rule("jump", {"kind": "rate", "point": "level", "limit": 5, "over": "1s"}),
        b.rule("any", {"kind": "is", "point": "fire", "states": ["on"]}),
        instances=("a1",),
    ).unevaluated
    assert [(m.rule, m.why) for m in missing] == [
        ("jump", "conditions of kind 'rate'"),
        ("any", "fire is there once an instance: the rule needs `per`"),
    ]


def test_a_kind_is_evaluated_by_one_file() -> None:
    assert {"high", "low", "is", "no_data"} <= kinds().keys()
