"""The four clocks, against the oracle and by hand."""

from __future__ import annotations

from datetime import datetime

from cloud.service_levels.calendar import Calendars
from cloud.service_levels.clocks import clocks
from cloud.service_levels.facts import Round, Step, rounds
from cloud.service_levels.profile import ESTATE, GRADE_THREE
from facility.alarm import OrderClass
from facility.clock import NS, from_iso
from facility.work_order import ClockName, Side
from tests.cloud.work_orders.clock_oracle import world, worst

ALWAYS = Calendars(world("Asia/Shanghai", 0).calendars.zone)


def test_no_clock_of_a_thousand_timelines_is_off() -> None:
    found = [worst(seed) for seed in range(1_000)]
    assert max(error for error, _ in found) == 0
    assert sum(count for _, count in found) > 4_000


def due(reported: str, order_class: OrderClass) -> str:
    one = Round(from_iso(reported), order_class, Side.CUSTOMER)
    (face,) = [f for f in clocks(one, ESTATE, ALWAYS, one.started_at) if f.name is ClockName.RESTORE]
    assert face.due_at is not None
    return datetime.fromtimestamp(face.due_at // NS, ALWAYS.zone).isoformat()


def test_small_repairs_never_stay_overnight() -> None:
    assert due("2026-03-01T19:59:59+08:00", OrderClass.SMALL) == "2026-03-02T00:00:00+08:00"
    assert due("2026-03-01T20:00:00+08:00", OrderClass.SMALL) == "2026-03-02T12:00:00+08:00"
    assert due("2026-03-01T09:00:00+08:00", OrderClass.ORDINARY) == "2026-03-01T17:00:00+08:00"
    assert due("2026-03-01T09:00:00+08:00", OrderClass.HARD) == "2026-03-04T09:00:00+08:00"


def test_twenty_five_minutes_are_kept_to_the_nanosecond() -> None:
    start = from_iso("2026-03-01T09:00:00+08:00")
    verdicts = []
    for late in (0, 1):
        one = Round(start, OrderClass.URGENT, Side.DEVICE, arrived_at=start + 1_500 * NS + late)
        verdicts += [f.verdict for f in clocks(one, ESTATE, ALWAYS, start + 9_000 * NS) if f.name is ClockName.ARRIVE]
    assert verdicts == ["kept", "broken"]


def test_a_clock_that_has_stopped_is_not_judged_anew_by_a_later_class() -> None:
    hour = 3_600 * NS
    steps = [
        Step("reported", 0, 0, "", "urgent"),
        Step("arrived", 2 * hour, 2 * hour, "ann", "self"),
        Step("class_changed", 3 * hour, 3 * hour, "desk", "hard", "the pipe is behind the wall"),
        Step("restored", 2 * hour, 4 * hour, "ann", "device"),
        Step("work_refused", 5 * hour, 5 * hour, "desk", "leaks"),
    ]

    def judged(count: int, clock: ClockName) -> tuple[str | None, str]:
        (one,) = rounds(OrderClass.URGENT, Side.CUSTOMER, steps[:count])
        profile = GRADE_THREE if clock is ClockName.ARRIVE else ESTATE
        (face,) = [face for face in clocks(one, profile, ALWAYS, 6 * hour) if face.name is clock]
        return face.promise.id if face.promise else None, face.verdict

    assert judged(2, ClockName.ARRIVE) == judged(3, ClockName.ARRIVE) == ("urgent", "broken")
    assert judged(3, ClockName.RESTORE)[0] == "hard", "it still runs"
    assert judged(4, ClockName.RESTORE) != judged(3, ClockName.RESTORE), "normal before the class was changed"
    assert judged(5, ClockName.RESTORE) == judged(3, ClockName.RESTORE), "it runs again"


def test_grade_three_promises_an_hour_to_urgent_ones_alone() -> None:
    for order_class, promised in ((OrderClass.URGENT, "urgent"), (OrderClass.SMALL, None)):
        faces = clocks(Round(0, order_class, Side.DEVICE), GRADE_THREE, ALWAYS, 0)
        (arrive,) = [face for face in faces if face.name is ClockName.ARRIVE]
        assert (arrive.promise.id if arrive.promise else None) == promised
