"""Any course of values, time, words and restarts: linkage says what the oracle says, and alarms what it lacks."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from facility.clock import NS
from tests.edge.linkage.house import ADDRESSES, EFFECTS, WITHIN, House
from tests.edge.linkage.oracle import Oracle

POINTS = [*(f"panel.{a}.fire" for a in ADDRESSES), *(f"{e}.on" for e in WITHIN)]
VALUES = st.sampled_from([0.0, 1.0, 1.0, None])
ZONES = st.sampled_from(list(EFFECTS))


class Course(RuleBasedStateMachine):
    """House and oracle side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.house, self.oracle = House(), Oracle()
        self.live: set[str] = set()

    @rule(said=st.dictionaries(st.sampled_from(POINTS), VALUES, min_size=1, max_size=3))
    def hear(self, said: dict[str, float | None]) -> None:
        self.house.say(*said.items())
        self.oracle.hear(list(said.items()))

    @rule(effect=st.sampled_from(list(WITHIN)), value=st.sampled_from([0.0, 1.0]))
    def stored_message(self, effect: str, value: float) -> None:
        self.house.say((f"{effect}.on", value), retained=True)
        self.oracle.hear([(f"{effect}.on", value)], retained=True)

    @rule(steps=st.integers(1, 24))
    def wait(self, steps: int) -> None:
        for _ in range(steps):
            self.house.wait(0.25)
            self.oracle.tick(self.now)

    @rule(seconds=st.sampled_from([0.5, 2.0, 4 * 3600.0]))
    def away(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        self.oracle.now = self.now
        self.restart()

    @rule()
    def restart(self) -> None:
        self.house.restart()
        self.oracle.restart()

    @rule(zone=ZONES, outcome=st.sampled_from(["real", "real", "drill", "false"]))
    def confirm(self, zone: str, outcome: str) -> None:
        address = next(a for a, (z, _) in ADDRESSES.items() if z == zone)
        done = self.house.confirm(address, outcome) is None
        assert done == self.oracle.confirm(zone, outcome)

    @rule(zone=ZONES, at_once=st.booleans())
    def begin_drill(self, zone: str, at_once: bool) -> None:
        done = self.house.drill(zone, on=True, at_once=at_once) is None
        assert done == self.oracle.begin_drill(zone, at_once=at_once)

    @rule(zone=ZONES)
    def end_drill(self, zone: str) -> None:
        assert (self.house.drill(zone, on=False) is None) == self.oracle.ask_end(zone)

    @rule()
    def reset(self) -> None:
        for row in list(self.house.engine.live):
            if (out := self.house.engine.reset(row)) is not None:
                self.house._take(out)
        self.live &= self.oracle.lacking

    @invariant()
    def the_same_is_said(self) -> None:
        assert self.house.told() == self.oracle.said

    @invariant()
    def what_is_lacking_alarms(self) -> None:
        self.live |= self.oracle.lacking
        lacking = {e: "active" if e in self.oracle.lacking else "latched" for e in self.live}
        assert self.house.alarms == lacking

    @property
    def now(self) -> float:
        return (self.house.clock.wall - self.house.start) / NS


Course.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestCourse = Course.TestCase
