"""Every transition of detection, and every kind of condition, against a slow oracle: thousands of random steps."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge.alarms.compiled import compile_rules
from facility.clock import NS
from facility.event import AlarmRaised
from tests.edge import building as b
from tests.edge.alarms.slow_alarms import LOST
from tests.edge.alarms.stand import Stand
from tests.edge.alarms.walk import MESSAGES, NAMES, SETTINGS, TABLE, VALUES, Walk
from tests.proofs.alarms_oracle import walked

SAMPLE: st.SearchStrategy[tuple[str, float | None]] = st.sampled_from(
    [(point, value) for point, values in VALUES.items() for value in values]
)


class Detection(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk()

    @rule(given=st.lists(SAMPLE, min_size=1, max_size=4, unique_by=lambda x: x[0]))
    def hear(self, given: list[tuple[str, float | None]]) -> None:
        self.walk.hear(dict(given))

    @rule(data=st.sampled_from(MESSAGES), late=st.sampled_from([0.0, 0.0, 4.0, 20.0]))
    def message(self, data: dict[str, str], late: float) -> None:
        self.walk.message(data, late)

    @rule(seconds=st.sampled_from([0.25, 1.0, 2.0, 3.0, 7.0, 61.0]))
    def wait(self, seconds: float) -> None:
        self.walk.wait(seconds)

    @rule(seconds=st.sampled_from([-3600.0, 5.0]))
    def step_wall_clock(self, seconds: float) -> None:
        self.walk.step_wall_clock(seconds)

    @rule(lost=st.booleans(), unit=st.sampled_from(list(LOST)))
    def lose(self, lost: bool, unit: str) -> None:
        self.walk.lose(lost=lost, unit=unit)

    @rule(name=st.sampled_from(NAMES), on=st.booleans())
    def out_of_service(self, name: str, on: bool) -> None:
        self.walk.out_of_service(name, on=on)

    @precondition(lambda self: any(a.latched for a in self.walk.oracle.alarms.values()))
    @rule(which=st.integers(0, 9))
    def reset(self, which: int) -> None:
        self.walk.reset(which)

    @rule()
    def restart(self) -> None:
        self.walk.restart()

    @rule(changed=st.booleans())
    def new_settings(self, changed: bool) -> None:
        self.walk.new_settings(changed=changed)

    @invariant()
    def agree(self) -> None:
        self.walk.agree()
        self.walk.kept()


Detection.TestCase.settings = settings(
    max_examples=12, stateful_step_count=60, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
TestDetection = Detection.TestCase


@pytest.mark.timeout(300)
def test_five_thousand_steps_agree_with_the_oracle() -> None:
    changes, steps = walked(range(5))
    assert steps == 5_000
    assert len(changes) > 100


HIGH = {"kind": "high", "point": "level", "limit": 10}
RUNS = {"kind": "is", "point": "run", "states": ["on"]}


def test_what_was_suppressed_when_its_condition_went_is_no_alarm_when_its_cause_ends() -> None:
    stand = Stand(b.rule("cause", RUNS), b.rule("effect", HIGH, delay_off="30s", suppressed_by=["cause"]))
    stand.hear(1, "tank.run")
    stand.hear(11)
    assert stand.wait(2)["effect"] == "suppressed"
    assert stand.hear(0)["effect"] == "suppressed"
    assert stand.hear(0, "tank.run") == {"effect": "suppressed"}
    assert stand.wait(2) == {}
    assert [type(d.data).__name__ for d in stand.drafts] == ["AlarmRaised"] * 2 + ["AlarmCleared"] * 2


def test_effect_and_cause_may_come_and_go_in_different_batches() -> None:
    stand = Stand(b.rule("cause", RUNS), b.rule("effect", HIGH, suppressed_by=["cause"]))
    assert stand.hear(11) == {}, "its cause may only be on the way"
    assert stand.hear(1, "tank.run", after=0.5) == {"cause": "active"}
    assert stand.wait(1.5) == {"cause": "active", "effect": "suppressed"}
    assert stand.hear(0, "tank.run") == {"effect": "suppressed"}
    assert stand.hear(0, after=0.5) == {}, "it ended with its cause, a batch later"
    stand.hear(1, "tank.run")
    stand.hear(11)
    assert stand.wait(2)["effect"] == "suppressed"
    stand.hear(0, "tank.run")
    assert stand.wait(1.75) == {"effect": "suppressed"}
    assert stand.wait(0.25) == {"effect": "active"}, "its condition still holds after a whole look: now it is one"


def test_a_cause_out_of_service_hides_nothing() -> None:
    stand = Stand(b.rule("cause", RUNS), b.rule("effect", HIGH, suppressed_by=["cause"]))
    stand.hear(1, "tank.run")
    stand.hear(11)
    assert stand.wait(2)["effect"] == "suppressed"
    stand.engine.set_out_of_service(stand.engine.find("tank", "cause"), stand.clock.wall + 1000 * NS)
    assert stand.wait(2) == {"cause": "out_of_service", "effect": "active"}


def test_the_first_of_a_group_explains_those_that_follow_and_are_not_more_urgent() -> None:
    word = {"kind": "bit", "point": "word", "bit": 0}
    stand = Stand(
        b.rule("one", HIGH, first_out="motor"),
        b.rule("two", RUNS, first_out="motor"),
        b.rule("urgent", word, first_out="motor", priority=2),
    )
    assert stand.hear(1, "tank.run") == {"two": "active"}
    assert stand.hear(11) == {"two": "active", "one": "suppressed"}
    assert stand.drafts[-1].data.cause == "tank.two"  # type: ignore[union-attr]
    assert stand.hear(1, "tank.word")["urgent"] == "active"
    assert stand.restart() == {"two": "active", "one": "suppressed", "urgent": "active"}
    assert stand.hear(1, "tank.run")["one"] == "suppressed", "who was first is kept over a restart"
    stand.hear(0, "tank.word")
    stand.hear(0, "tank.run")
    assert stand.wait(2) == {"one": "active"}


def test_one_that_chatters_is_raised_three_times_and_then_stays_until_a_minute_was_quiet() -> None:
    stand = Stand(b.rule("high", HIGH))
    for _ in range(10):
        stand.hear(11)
        stand.hear(0)
    raised = [d.data for d in stand.drafts if isinstance(d.data, AlarmRaised)]
    assert [r.chattering for r in raised] == [False, False, True]
    assert stand.wait(59) == {"high": "active"}
    assert stand.wait(1) == {}
    stand.hear(11)
    assert stand.hear(0) == {}, "it begins anew"


def test_what_was_out_of_service_when_its_condition_went_is_no_alarm_when_it_is_back() -> None:
    stand = Stand(b.rule("high", HIGH, delay_off="30s", latching=True))
    stand.hear(11)
    rows = stand.engine.find("tank", "high")
    stand.engine.set_out_of_service(rows, stand.clock.wall + 1000 * NS)
    assert stand.hear(0) == {"high": "out_of_service"}
    stand.engine.set_out_of_service(rows, None)
    assert stand.shown() == {}


def test_a_life_safety_rule_is_latching_and_lives_in_its_own_lane() -> None:
    rows = compile_rules(SETTINGS[False], TABLE).rows
    life = {r.id: (str(r.lane), r.latching) for r in rows if r.rule in {"fire", "both", "duress"}}
    assert life.keys() == {
        "tank.a1.fire", "tank.a2.fire", "tank.a3.fire", "tank.z1.both", "tank.z2.both", "tank.duress",
    }  # fmt: skip
    assert set(life.values()) == {("life", True)}
