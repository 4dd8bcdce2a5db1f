"""From the simulators: a dry pump's order from its alarm to the call-back, the gateway away, the same fault again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from facility.clock import NS, SystemClock, from_iso, iso
from tests.end_to_end.dry_run import DryRun
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.people import Person
from tests.end_to_end.waiting import until

SITE = "riverside"
HOLD = 8.0
PLUMBER, ELECTRICIAN = "engineer", "contractor"
"""Two accounts that may work on orders; the rota has both, and only one is a plumber."""


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """One of its own: its gateway goes away."""
    with Estate() as own:
        yield own


@pytest.fixture(scope="module")
def people(estate: Estate) -> Iterator[dict[str, Person]]:
    """Everybody logged in; a hold time of seconds; trades, certificates and the rota of today."""
    with ExitStack() as stack:
        found = {role: stack.enter_context(Person(estate, role)) for role in (PLUMBER, ELECTRICIAN, "desk", "manager")}
        manager = found["manager"]
        manager.does(f"service-levels/{SITE}", {"hold": HOLD}, 204, "PUT")
        for name, trade in ((PLUMBER, "plumbing"), (ELECTRICIAN, "electrical")):
            skills = {"site": SITE, "skills": [{"trade": trade, "level": 2}]}
            manager.does(f"people/{name}/skills", skills, 204, "PUT")
            now = SystemClock().now()
            line = {"from": iso(now - 60 * NS), "to": iso(now + 7200 * NS)}
            manager.does("rota", {"site": SITE, "post": "engineering", "person": name} | line, 201)
        yield found


class Course:
    """One pump, its order, and the people who see to it."""

    def __init__(self, estate: Estate, people: dict[str, Person], pump: str) -> None:
        self.estate = estate
        self.people = people
        self.pump = DryRun(estate, pump)
        self.id = ""

    def breaks(self) -> None:
        """It runs dry: one alarm, one order."""
        self.pump.inject()
        alarm, order = self.pump.raised(), self.pump.order()
        assert alarm["work_order"] == order["id"]
        self.id = order["id"]

    def goes(self) -> None:
        """Dispatched to whom trade and rota say, accepted."""
        proposals = self.people["desk"].sees(f"work-orders/{self.id}/proposals")["items"]
        assert [(p["person"], p["why_not"] is None) for p in proposals] == [(PLUMBER, True), (ELECTRICIAN, False)]
        sent = self.people["desk"].does(f"work-orders/{self.id}/dispatch")
        assert (sent["assignee"], sent["steps"][-1]["note"]) == (PLUMBER, "rota")
        self.people[PLUMBER].does(f"work-orders/{self.id}/accept")

    def worker(self, step: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        """A step of the plumber."""
        return self.people[PLUMBER].does(f"work-orders/{self.id}/{step}", body, status)

    def order(self) -> Any:
        """As it is."""
        return self.people["manager"].sees(f"work-orders/{self.id}")


def test_a_dry_pump_from_its_alarm_to_its_call_back_and_again(estate: Estate, people: dict[str, Person]) -> None:
    course = Course(estate, people, "pump-1")
    course.breaks()
    course.goes()
    arrives_past_a_reader(course)
    is_restored_by_the_device(course)
    is_closed_by_telephone(course)
    estate.acknowledge_all()
    course.pump.inject()
    again = until(lambda: _in(course, "reopened"), PATIENCE, estate.logs)
    assert (again["round"], again["assignee"], len(estate.orders("pump-1", "dry_run"))) == (2, None, 1)
    course.pump.clear()
    until(lambda: not course.pump.active(), PATIENCE, estate.logs)


def arrives_past_a_reader(course: Course) -> None:
    """The read near the pump proves it; one at the gate is not offered."""
    for reader in ("patrol-main-gate", "patrol-pump-room"):
        course.estate.inject(reader, "passes_by", guard="engineer-1")
    near = f"work-orders/{course.id}/reads"
    (read,) = until(lambda: course.people[PLUMBER].sees(near)["items"], PATIENCE, course.estate.logs)
    assert read["reader"] == "patrol-pump-room", "the gate is not near the pump"
    there = course.worker("arrive", {"event": read["event"]})
    assert (there["arrival"], there["arrived_at"]) == ("reader", read["at"])


def is_restored_by_the_device(course: Course) -> None:
    """Refused while the pump is dry; granted after the hold time, at the first moment of that run."""
    refused = course.worker("restore", {"note": "valve opened"}, 409)
    assert "still shows the fault" in refused["detail"]
    course.pump.clear()
    until(lambda: not course.pump.active(), PATIENCE, course.estate.logs)
    (alarm,) = [a for a in course.pump.all() if a["work_order"] == course.id]
    claimed = course.worker("restore", {"note": "valve opened"})
    held = from_iso(alarm["cleared_at"])
    if claimed["state"] != "restored":
        assert claimed["claimed_at"] is not None, "it waits for the hold time"
    done = until(lambda: _in(course, "restored"), PATIENCE, course.estate.logs)
    assert (done["proof"], from_iso(done["restored_at"])) == ("device", held), "the first moment of that run"
    granted = next(step for step in done["steps"] if step["kind"] == "restored")
    assert from_iso(granted["recorded_at"]) - held >= HOLD * NS


def is_closed_by_telephone(course: Course) -> None:
    """Verified by somebody else, called back, closed."""
    desk = course.people["desk"]
    assert course.worker("verify", {}, 409)["status"] == 409, "not one's own repair"
    desk.does(f"work-orders/{course.id}/verify", {"note": "runs"})
    desk.does(f"work-orders/{course.id}/call-back", {"reached": True, "satisfied": True, "opinion": "好"})
    closed = desk.does(f"work-orders/{course.id}/close", {"confirmed": "telephone"})
    assert (closed["state"], [c["verdict"] for c in closed["clocks"] if c["clock"] == "arrive"]) == ("closed", ["kept"])


def _in(course: Course, state: str) -> Any:
    found = course.order()
    return found if found["state"] == state else None


@pytest.mark.timeout(600)
def test_with_the_gateway_away_a_supervisor_accepts_and_it_stays_marked(
    estate: Estate, people: dict[str, Person]
) -> None:
    course = Course(estate, people, "pump-3")
    course.breaks()
    course.goes()
    assert course.worker("arrive", {})["arrival"] == "self"
    estate.kill("edge")
    until(lambda: not estate.get("gateways")["items"][0]["online"], PATIENCE, estate.logs)
    refused = course.worker("restore", {"note": "mended by hand"}, 409)
    assert "can't be heard (gateway riverside-1)" in refused["detail"]
    people["desk"].does(f"work-orders/{course.id}/accept-unproved", {"reason": "seen"}, 403)
    marked = people["manager"].does(f"work-orders/{course.id}/accept-unproved", {"reason": "照片为证,水压正常"})
    assert (marked["state"], marked["proof"]) == ("restored", "supervisor")
    people["desk"].does(f"work-orders/{course.id}/verify")
    people["desk"].does(f"work-orders/{course.id}/call-back", {"reached": True, "satisfied": True})
    closed = people["desk"].does(f"work-orders/{course.id}/close", {"confirmed": "telephone"})
    assert (closed["state"], closed["proof"]) == ("closed", "supervisor")
    course.pump.clear()
    estate.start("edge")
    until(lambda: estate.get("gateways")["items"][0]["online"], PATIENCE, estate.logs)
    until(lambda: not course.pump.active(), PATIENCE, estate.logs)


def test_a_false_burglar_alarm_its_cause_and_its_repair_counted_by_point(
    estate: Estate, people: dict[str, Person]
) -> None:
    """S3 L588-600: the alarm is verified first, its cause is found, the second false one of the point is repaired."""
    found: list[str] = []
    for cause in ("强磁门磁松动", "门磁再次松动"):
        estate.acknowledge_all()
        estate.inject("door-lobby-a", "forced_open")
        (alarm,) = until(lambda: estate.active("door-lobby-a", "forced_open"), PATIENCE, estate.logs)
        estate.post(f"alarms/{alarm['id']}/acknowledge", {"comment": "班长到场核实"})
        estate.post(f"alarms/{alarm['id']}/confirm", {"outcome": "false", "found": cause})
        found.append(alarm["id"])
        estate.clear("door-lobby-a", "forced_open")
        _until(estate, alarm["id"], "latched")
        estate.post(f"alarms/{alarm['id']}/reset", {"reason": "已核实"})
        _until(estate, alarm["id"], "cleared")
        orders = estate.orders("door-lobby-a", "false_alarm-forced_open")
        assert len(orders) == len(found) - 1, "the second false one of a point within 30 days"
    (order,) = orders
    assert "门磁再次松动" in order["title"]["zh"]
    assert found[0] != found[1]
    now = SystemClock().now()
    span = {"from": iso(now - 3600 * NS), "to": iso(now + NS)}
    counted = estate.get("alarms/statistics", site=SITE, **span)["whole"]["false_alarms"]
    assert [(c["equipment"], c["rule"], c["count"]) for c in counted] == [("door-lobby-a", "forced_open", 2)], counted


def _until(estate: Estate, alarm: str, detection: str) -> None:
    until(lambda: estate.get(f"alarms/{alarm}")["detection"] == detection, PATIENCE, estate.logs)
