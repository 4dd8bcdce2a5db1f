"""Each kind of condition on its own, and how rules become rows."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from edge.alarms.compiled import Compiled
from edge.alarms.kinds import kinds
from facility.alarm import Condition, Rule
from facility.errors import ConfigError
from tests.edge import building as b
from tests.edge.alarms.stand import Stand


def compiled(*rules: Rule, instances: tuple[str, ...] = ()) -> Compiled:
    return Stand(*rules, instances=instances).engine.compiled


@pytest.mark.parametrize(("kind", "sign"), [("high", 1), ("low", -1)])
def test_a_limit_is_broken_beyond_it_and_clear_when_back_by_the_deadband(kind: str, sign: int) -> None:
    stand = Stand(b.rule("r", {"kind": kind, "point": "level", "limit": sign * 10, "deadband": 2}))
    values = [10, 10.1, 9, 8.1, 8, 9, 10, 11]
    found = [bool(stand.hear(sign * v)) for v in values]
    assert found == [False, True, True, True, False, False, False, True]


def test_a_bad_value_neither_raises_nor_clears() -> None:
    stand = Stand(b.rule("r", {"kind": "high", "point": "level", "limit": 10}, delay_on="2s"))
    assert stand.hear(11) == {}
    assert stand.hear(None) == {}
    assert stand.wait(5) == {}, "the delay ends, but nobody knows whether it still holds"
    assert stand.hear(11) == {"r": "active"}
    assert stand.hear(None) == {"r": "active"}
    assert stand.hear(9) == {}


def test_a_state_is_one_of_the_named() -> None:
    stand = Stand(b.rule("r", {"kind": "is", "point": "run", "states": ["on"]}))
    assert [bool(stand.hear(v, "tank.run")) for v in (0.0, 1.0, 2.0, None, 1.0)] == [False, True, False, False, True]


def test_silence_is_told_by_the_clock_and_ends_with_the_first_good_value() -> None:
    stand = Stand(b.rule("r", {"kind": "no_data", "point": "level", "over": "5s"}))
    stand.hear(1.0)
    assert stand.wait(5) == {}
    stand.wait(0.25)
    assert stand.wait(2) == {"r": "active"}, "its line may be lost: that is told first"
    assert stand.hear(None) == {"r": "active"}
    assert stand.hear(2.0) == {}


def test_a_delay_ends_by_the_clock_though_no_new_value_came() -> None:
    stand = Stand(b.rule("r", {"kind": "high", "point": "level", "limit": 10}, delay_on="4s", delay_off="2s"))
    stand.hear(11)
    assert stand.wait(3.75) == {}
    assert stand.wait(0.25) == {"r": "active"}
    stand.hear(9)
    assert stand.wait(1.75) == {"r": "active"}
    assert stand.wait(0.25) == {}


def test_every_instance_has_an_alarm_of_its_own() -> None:
    fire: dict[str, Any] = {"class": "life_safety", "priority": 1, "latching": True, "per": "address"}
    stand = Stand(b.rule("fire", {"kind": "is", "point": "fire", "states": ["on"]}, **fire), instances=("a1", "a2"))
    assert stand.hear(1.0, "tank.a1.fire") == {"a1.fire": "active"}
    assert stand.hear(1.0, "tank.a2.fire") == {"a1.fire": "active", "a2.fire": "active"}
    assert stand.hear(0.0, "tank.a1.fire") == {"a1.fire": "latched", "a2.fire": "active"}


def test_a_suppressed_alarm_names_its_cause_and_comes_forward_when_that_ends() -> None:
    stand = Stand(
        b.rule("stopped", {"kind": "is", "point": "run", "states": ["off"]}),
        b.rule("low", {"kind": "low", "point": "level", "limit": 5}, suppressed_by=["stopped"]),
    )
    stand.hear(0.0, "tank.run")
    stand.hear(1.0)
    assert stand.wait(2) == {"stopped": "active", "low": "suppressed"}
    assert stand.drafts[-1].data.cause == "tank.stopped"  # type: ignore[union-attr]
    assert stand.hear(1.0, "tank.run") == {"low": "suppressed"}, "it may end with its cause: its next sample will tell"
    assert stand.wait(2) == {"low": "active"}


def test_the_silence_behind_a_lost_line_is_the_lines() -> None:
    stand = Stand(b.rule("quiet", {"kind": "no_data", "over": "5s"}))
    stand.engine.tell_lost("line-1", "", lost=True)
    found = stand.wait(4) | stand.wait(3) | stand.wait(3)
    assert found == {"riverside-1.line-1.line_lost": "active", "quiet": "suppressed"}


@pytest.mark.parametrize("said", [{"suppressed_by": ["stopped"]}, {"first_out": "pump"}])
def test_life_safety_is_never_suppressed(said: dict[str, Any]) -> None:
    life: dict[str, Any] = {"class": "life_safety", "priority": 1, "latching": True, **said}
    with pytest.raises(ValidationError, match="never suppressed"):
        b.rule("drowning", {"kind": "high", "point": "level", "limit": 5}, **life)


def test_rules_that_suppress_one_another_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"circle: tank\.one → tank\.two → tank\.one"):
        compiled(
            b.rule("one", {"kind": "high", "point": "level", "limit": 5}, suppressed_by=["two"]),
            b.rule("two", {"kind": "low", "point": "level", "limit": 5}, suppressed_by=["one"]),
        )


def test_what_is_not_evaluated_is_listed_with_its_reason() -> None:
    missing = compiled(
        b.rule("over", {"kind": "expression", "expression": "level > rated_level"}),
        b.rule("any", {"kind": "is", "point": "fire", "states": ["on"]}),
        instances=("a1",),
    ).unevaluated
    assert [(m.rule, m.why) for m in missing] == [
        ("over", "it needs the name plate's level: write rated: {level: …} at tank in site.yaml"),
        ("any", "fire is there once an instance: the rule needs `per`"),
    ]


def test_every_kind_of_condition_is_evaluated_by_one_file() -> None:
    meant = {get_args(c.model_fields["kind"].annotation)[0] for c in get_args(get_args(Condition)[0])}
    assert kinds().keys() == meant
