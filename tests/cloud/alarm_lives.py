"""Alarms that live through any sequence of what people, time and the edge do, and what must hold after every step."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cloud.alarms import machine
from cloud.alarms.machine import Actor, Refused
from cloud.alarms.row import AlarmRow
from facility.alarm import AlarmClass, AlarmState, Detection, alarm_state
from facility.clock import NS

BEGIN = 1_790_000_000 * NS
PEOPLE = st.sampled_from([Actor("one"), Actor("two"), Actor("three"), Actor("head", head=True)])
OUTCOMES = st.sampled_from(["real", "false", "test", "drill", "unknown"])


def new_alarm(*, fire: bool, at: int, **changes: Any) -> AlarmRow:
    told: dict[str, Any] = {
        "id": "a", "site": "s", "gateway": "g", "equipment": "e", "instance": "", "rule": "r", "detected_by": "edge",
        "live": True, "detection": "active", "priority": 1, "system": "fire" if fire else "water", "place": None,
        "alarm_class": (AlarmClass.LIFE_SAFETY if fire else AlarmClass.EQUIPMENT).value,
        "equipment_zh": "", "equipment_en": "", "name_zh": "", "name_en": "", "guidance": "{}", "owners": "[]",
        "raised_at": at, "last_raised_at": at, "recorded_at": at, "received_at": at, "updated_at": at,
    }  # fmt: skip
    row = AlarmRow(**(told | changes))
    machine.begin(row, at)
    return row


class AlarmLife(RuleBasedStateMachine):
    """One alarm; each rule is a step."""

    walked: ClassVar[int] = 0
    """Steps of all lives."""

    @initialize(fire=st.booleans(), test=st.booleans())
    def begins(self, fire: bool, test: bool) -> None:
        self.now = BEGIN
        self.row = new_alarm(fire=fire, at=self.now, test=test)
        self.falses: set[str] = set()

    def _try(self, transition: Any) -> bool:
        """Whether it was done; a refusal must change nothing."""
        type(self).walked += 1
        before = copy.copy(self.row)
        try:
            transition()
        except Refused:
            assert self.row == before
            return False
        return True

    @rule(by=PEOPLE)
    def acknowledges(self, by: Actor) -> None:
        first = self.row.acknowledged_by
        self._try(lambda: machine.acknowledge(self.row, by, None, self.now))
        assert self.row.acknowledged_by == (first or by.name)

    @rule(by=PEOPLE, outcome=OUTCOMES)
    def confirms(self, by: Actor, outcome: Any) -> None:
        before, first = self.row.confirmed_outcome, self.row.false_by
        machine.confirm(self.row, by, outcome, "found", self.now)
        type(self).walked += 1
        if not machine.fire(self.row) or outcome == "real" or by.head:
            assert self.row.confirmed_outcome == outcome
        elif first in {None, by.name}:
            assert (self.row.confirmed_outcome, self.row.false_by) == (before, by.name)

    @rule(by=PEOPLE, seconds=st.floats(-1, 40_000), reason=st.sampled_from(["", "why"]))
    def shelves(self, by: Actor, seconds: float, reason: str) -> None:
        done = self._try(lambda: machine.shelve(self.row, by, reason, self.now, seconds))
        allowed = self.row.live and not machine.life_safety(self.row) and 0 < seconds <= 8 * 3600 and bool(reason)
        assert done == allowed

    @rule()
    def comes_back(self) -> None:
        self._try(lambda: machine.unshelve(self.row, self.now, "by hand"))
        assert self.row.shelved_until is None

    @rule(by=PEOPLE)
    def silences(self, by: Actor) -> None:
        sounded = machine.sounding(self.row, self.now)
        assert self._try(lambda: machine.silence(self.row, by, self.now)) == sounded
        assert not machine.sounding(self.row, self.now)

    @rule(to=st.sampled_from(["one", "two"]))
    def is_assigned(self, to: str) -> None:
        self._try(lambda: machine.assign(self.row, to))
        assert self.row.assigned_to == to

    @rule(by=PEOPLE)
    def closes(self, by: Actor) -> None:
        before = copy.copy(self.row)
        self._try(lambda: machine.close(self.row, by, self.now))
        if self.row.closed_at is not None and before.closed_at is None:
            assert before.must_close
            assert not before.live
            assert before.reset_seen_at is not None
            assert before.confirmed_outcome is not None
            assert by.head or before.close_by not in {None, by.name}

    @rule(detection=st.sampled_from([Detection.ACTIVE, Detection.LATCHED, Detection.SUPPRESSED]))
    def is_detected(self, detection: Detection) -> None:
        if self.row.live:
            self._try(lambda: machine.detect(self.row, detection, None, self.now))

    @rule(reason=st.sampled_from(["normal", "reset", "panel_reset", "out_of_service", "snapshot"]))
    def clears(self, reason: str) -> None:
        if self.row.live:
            self._try(lambda: machine.clear(self.row, reason, self.now))

    @rule()
    def comes_again(self) -> None:
        """The edge raises it anew: the same alarm where nobody answered, else a new one."""
        if self.row.live:
            return
        if self.row.acknowledged_at is not None:
            self.row = new_alarm(fire=machine.fire(self.row), at=self.now)
            return
        self.row.live, self.row.cleared_at, self.row.clear_reason = True, None, None
        machine.detect(self.row, Detection.ACTIVE, None, self.now)
        machine.raise_again(self.row, self.now)
        assert machine.shelved(self.row, self.now) or machine.sounding(self.row, self.now)
        assert self.row.closed_at is None

    @rule(seconds=st.integers(0, 20_000))
    def passes(self, seconds: int) -> None:
        """Time does what is due, in its order."""
        self.now += seconds * NS
        due = sorted((at, kind) for kind, at in machine.deadlines(self.row) if at <= self.now)
        while due:
            at, kind = due[0]
            if kind == "alarm.unshelve":
                machine.unshelve(self.row, at, "time")
            elif kind == "alarm.escalate":
                machine.escalate(self.row, at)
            else:
                machine.sound_again(self.row, at)
            left = sorted((at, kind) for kind, at in machine.deadlines(self.row) if at <= self.now)
            assert left != due, "what was due was done"
            due = left

    @invariant()
    def holds(self) -> None:
        row = self.row
        state = alarm_state(
            Detection(row.detection),
            acknowledged=row.acknowledged_at is not None,
            shelved=machine.shelved(row, self.now),
        )
        assert row.live == (Detection(row.detection) is not Detection.CLEARED)
        if machine.life_safety(row):
            assert row.shelved_until is None
            assert state is not AlarmState.SHELVED
            assert row.acknowledged_at is not None or row.escalation == 2 or row.escalates_at is not None
        assert row.shelved_until is None or row.shelved_until - self.now <= 8 * 3600 * NS
        assert row.shelved_until is None or (row.shelved_by and row.shelve_reason)
        assert (row.acknowledged_at is None) == (row.acknowledged_by is None)
        assert (row.silenced_at is None) == (row.silenced_by is None)
        assert (row.closed_at is None) or (not row.live and row.must_close)
        assert row.acknowledged_at is None or row.escalates_at is None
        assert row.escalation <= len(machine.ESCALATE_AFTER)
        if machine.sounding(row, self.now):
            assert row.live
            assert row.acknowledged_at is None
