"""Orders that live through any sequence of what people, devices and time do, and what must hold after every step."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cloud.service_levels.facts import Step, rounds
from cloud.work_orders import machine
from cloud.work_orders.machine import Device, Refused, Said
from cloud.work_orders.row import OrderRow
from facility.alarm import OrderClass
from facility.clock import NS
from facility.work_order import ENDED, Arrived, OrderState, PauseReason, Proof, Side

BEGIN = 1_790_000_000 * NS
HOLD = 600 * NS
DAYS = 7
PEOPLE = st.sampled_from(["ann", "bo", "firm", "boss"])


def new_order(at: int = BEGIN, **changes: Any) -> OrderRow:
    told: dict[str, Any] = {
        "id": "o", "site": "s", "number": 1, "equipment": "pump", "place": None, "fault": "dry", "state": "reported",
        "order_class": "urgent", "trade": "plumbing", "title_zh": "泵", "title_en": "pump", "source": "alarm",
        "owner": "engineering", "occurred_at": at, "reported_at": at, "updated_at": at,
    }  # fmt: skip
    return OrderRow(**(told | changes))


class OrderLife(RuleBasedStateMachine):
    """One order; each rule is a step."""

    walked: ClassVar[int] = 0
    """Steps of all lives."""

    @initialize(asked=st.booleans())
    def begins(self, asked: bool) -> None:
        self.now = BEGIN
        self.row = new_order(self.now)
        self.steps: list[Step] = list(machine.report(self.row, "", self.now))
        self.asked = asked
        self.away = ""
        self.before = copy.copy(self.row)

    def _try(self, transition: Callable[[], Said]) -> None:
        """A refusal changes nothing; what is done is written down."""
        type(self).walked += 1
        self.now += NS
        held = copy.copy(self.row)
        try:
            said = transition()
        except Refused:
            assert self.row == held
            return
        assert said or self.row == held
        self.steps += said

    @property
    def device(self) -> Device:
        return Device(self.asked, self.row.device_normal_at, self.away)

    @rule(seconds=st.sampled_from([1, 60, 599, 600, 86_400, 8 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * NS
        self._try(lambda: machine.grant(self.row, self.device, HOLD, self.now))

    @rule(to=PEOPLE)
    def dispatched(self, to: str) -> None:
        self._try(lambda: machine.dispatch(self.row, to, "desk", self.now))

    @rule(by=PEOPLE)
    def accepted(self, by: str) -> None:
        self._try(lambda: machine.accept(self.row, by, self.now))

    @rule(by=PEOPLE)
    def declined(self, by: str) -> None:
        self._try(lambda: machine.decline(self.row, by, "busy", "engineering", self.now))

    @rule(seen=st.booleans())
    def arrives(self, seen: bool) -> None:
        by = self.row.assignee or "ann"
        shown = machine.Shown(Arrived.READER, self.now - NS // 2, "door") if seen else None
        self._try(lambda: machine.arrive(self.row, by, self.now, shown, self.now))

    @rule()
    def claims(self) -> None:
        self._try(lambda: machine.claim(self.row, self.row.assignee or "ann", "done", self.device, HOLD, self.now))

    @rule()
    def becomes_normal(self) -> None:
        if self.row.device_normal_at is None:
            self.row.device_normal_at = self.now

    @rule()
    def breaks_again(self) -> None:
        def again() -> Said:
            if self.row.state in machine.REPAIRED or self.row.state == OrderState.CLOSED:
                if machine.recurs(self.row, DAYS, self.now):
                    return machine.recur(self.row, "engineering", self.now)
                return ()
            if self.row.state == OrderState.CANCELLED:
                return ()
            return machine.lapse(self.row, self.now)

        self._try(again)
        if self.row.open:
            self.row.device_normal_at = None

    @rule(away=st.sampled_from(["", "gateway g"]))
    def gateway(self, away: str) -> None:
        self.away = away

    @rule(by=PEOPLE)
    def supervisor_accepts(self, by: str) -> None:
        self._try(lambda: machine.accept_unproved(self.row, by, "photo seen", self.device, self.now))

    @rule(by=PEOPLE)
    def verified(self, by: str) -> None:
        self._try(lambda: machine.verify(self.row, by, "", self.now))

    @rule(by=PEOPLE)
    def refused(self, by: str) -> None:
        self._try(lambda: machine.refuse_work(self.row, by, "leaks", self.now))

    @rule(reached=st.booleans())
    def called(self, reached: bool) -> None:
        self._try(
            lambda: machine.call_back(self.row, "desk", reached=reached, satisfied=True, opinion="good", now=self.now)
        )

    @rule(how=st.sampled_from(["on_site", "telephone"]))
    def closed(self, how: str) -> None:
        self._try(lambda: machine.close(self.row, "desk", how, "", self.now))

    @rule(reason=st.sampled_from(PauseReason), note=st.sampled_from(["waiting for a bearing", " "]))
    def paused(self, reason: PauseReason, note: str) -> None:
        self._try(lambda: machine.pause(self.row, "desk", reason, note, self.now))

    @rule()
    def resumed(self) -> None:
        self._try(lambda: machine.resume(self.row, "desk", self.now))

    @rule(sure=st.integers(0, 9))
    def cancelled(self, sure: int) -> None:
        if sure == 0:
            self._try(lambda: machine.cancel(self.row, "desk", "twice", self.now))

    @rule(to=st.sampled_from(OrderClass))
    def class_changes(self, to: OrderClass) -> None:
        self._try(lambda: machine.change_class(self.row, "desk", to, "seen", self.now))

    @invariant()
    def holds(self) -> None:
        row = getattr(self, "row", None)
        if row is None:
            return
        state = OrderState(row.state)
        assert row.owner
        assert row.open == (state not in ENDED)
        assert (row.paused_from is not None) == (state is OrderState.PAUSED)
        assert (row.proof is not None) == (row.restored_at is not None) == (row.repaired_by is not None)
        if state in {OrderState.RESTORED, OrderState.VERIFIED, OrderState.CLOSED}:
            assert row.restored_at is not None
        else:
            assert row.restored_at is None
        if state in {OrderState.VERIFIED, OrderState.CLOSED}:
            assert row.verified_at is not None
        assert (row.arrived_at is not None) == (row.arrival in set(Arrived))
        if state in {OrderState.DISPATCHED, OrderState.ACCEPTED, OrderState.ON_SITE}:
            assert row.assignee == row.owner
        self._told()

    def _told(self) -> None:
        """The steps alone say the same as the row; a device's order has a proof or the mark."""
        row, last = self.row, self.steps[-1]
        found = rounds(OrderClass.URGENT, Side.DEVICE, self.steps)
        assert len(found) == row.round
        now = found[-1]
        assert (now.accepted_at, now.arrived_at, now.restored_at) == (row.accepted_at, row.arrived_at, row.restored_at)
        assert now.called_back_at == row.called_back_at
        assert (now.paused_at is not None) == (row.state == OrderState.PAUSED)
        assert now.order_class == row.order_class
        if last.kind == "restored" and last.detail == Proof.DEVICE:
            assert last.recorded_at - last.at >= HOLD
            assert last.at == row.restored_at
        if last.kind == "restored" and last.detail == Proof.PERSON:
            assert not self.asked
        if last.kind == "verified":
            assert last.by != row.repaired_by
