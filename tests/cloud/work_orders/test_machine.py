"""The life of an order under any sequence of what people, devices and time do."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from cloud.work_orders import machine
from cloud.work_orders.machine import Device, Refused
from cloud.work_orders.row import OrderRow
from facility.clock import NS
from facility.work_order import PauseReason
from tests.cloud.work_orders.order_lives import BEGIN, HOLD, OrderLife, new_order


def on_site() -> OrderRow:
    row = new_order()
    machine.dispatch(row, "ann", "desk", BEGIN)
    machine.accept(row, "ann", BEGIN + NS)
    machine.arrive(row, "ann", BEGIN + 2 * NS, None)
    return row


def test_no_sequence_breaks_what_holds_for_every_order() -> None:
    OrderLife.walked = 0
    run_state_machine_as_test(OrderLife, settings=settings(max_examples=150, stateful_step_count=60, deadline=None))
    assert OrderLife.walked >= 150


def test_a_pump_that_is_still_dry_is_not_repaired() -> None:
    row = on_site()
    with pytest.raises(Refused, match="still shows the fault"):
        machine.claim(row, "ann", "", Device(asked=True, normal_at=None), HOLD, BEGIN + 3 * NS)
    assert row.state == "on_site"


def test_restored_at_the_first_moment_of_the_run_that_lasted_the_hold_time() -> None:
    row, normal = on_site(), BEGIN + 60 * NS
    device = Device(asked=True, normal_at=normal)
    assert [s.kind for s in machine.claim(row, "ann", "", device, HOLD, normal + NS)] == ["claimed"]
    assert machine.grant(row, device, HOLD, normal + HOLD - 1) == ()
    (step,) = machine.grant(row, device, HOLD, normal + HOLD)
    assert (step.at, row.restored_at, row.proof, row.state) == (normal, normal, "device", "restored")


def test_a_run_that_breaks_off_makes_the_claim_void() -> None:
    row, normal = on_site(), BEGIN + 60 * NS
    machine.claim(row, "ann", "", Device(asked=True, normal_at=normal), HOLD, normal)
    assert [s.kind for s in machine.lapse(row, normal + NS)] == ["claim_lapsed"]
    assert machine.grant(row, Device(asked=True, normal_at=normal), HOLD, normal + HOLD) == ()


def test_with_the_gateway_away_only_a_supervisor_accepts_and_it_is_marked() -> None:
    row, away = on_site(), Device(asked=True, normal_at=BEGIN, away="gateway g1")
    with pytest.raises(Refused, match="gateway g1"):
        machine.claim(row, "ann", "", away, HOLD, BEGIN + HOLD)
    with pytest.raises(Refused):
        machine.accept_unproved(row, "ann", "I say so", away, BEGIN + HOLD)
    machine.accept_unproved(row, "boss", "photo seen", away, BEGIN + HOLD)
    assert (row.proof, row.repaired_by, row.restored_at) == ("supervisor", "ann", BEGIN + HOLD)


def test_a_pause_says_why() -> None:
    row = on_site()
    with pytest.raises(Refused):
        machine.pause(row, "ann", PauseReason.PARTS, " ", BEGIN + 3 * NS)
    assert row.state == "on_site"
